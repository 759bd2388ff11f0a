/**
 * Which tensor an allocation was, from its size, against the frames that the real PyTorch recorded with it: large
 * allocations of whole generations of AUTOMATIC1111 1.10.1 (`allocations.csv`), each asked about as if it had failed.
 */
import { readFileSync } from 'node:fs';
import type { ErrorOperation, ErrorReading } from '../../service/explain/kinds.ts';
import { readError } from '../../service/explain/read.ts';
import { segmentMiB } from '../../service/explain/tensor-sizes.ts';
import { tensorOf, type KnownGeneration, type NamedTensor, type TensorFound } from '../../service/explain/tensor.ts';
import type { Scores } from '../../service/networks/attention/scores.ts';
import type { Networks } from '../../service/networks/networks.ts';
import type { GenerationSettings, Phase } from '../../service/protocol/settings.ts';

type Row = Readonly<Record<string, string>>;

const [HEAD = '', ...LINES] = readFileSync(
  new URL('../../test/fixtures/explain/allocations.csv', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n');
const NAMES = HEAD.split(',');
const ROWS = LINES.map((line): Row => Object.fromEntries(line.split(',').map((cell, i) => [NAMES[i] ?? '', cell])));

function figure(row: Row, name: string): number {
  return Number(row[name]);
}

function knownOf(row: Row, staticMiB: number | null): KnownGeneration {
  const [width, height] = [figure(row, 'hr_width'), figure(row, 'hr_height')];
  const operation = row.operation as GenerationSettings['operation'];
  // Enlarged to a square, then cropped.
  const uncropped = operation === 'hires_image' ? Math.max(width, height) : height;
  const hires = { width, height, uncroppedWidth: width, uncroppedHeight: uncropped, upscaler: null };
  return {
    networks: networksOf(row),
    settings: {
      operation,
      width: figure(row, 'width'),
      height: figure(row, 'height'),
      batchSize: figure(row, 'batch'),
      hires: row.hr_width === '' ? null : hires,
    },
    staticMiB,
  };
}

function networksOf(row: Row): Networks {
  const isXl = row.shape === 'sdxl';
  return {
    shape: isXl ? 'sdxl' : 'sd1',
    precision: 'autocast',
    copies: isXl,
    evaluated: row.evaluated === '1' ? 1 : 2,
    decode: 'half',
    encode: isXl ? 'half' : 'autocast',
    scores: row.scores as Scores,
    kernels: { tracksOrder: true, sdpa: 'flash-if-many', workspace: 'x+y', workspaceInFloat: 'x' },
    resident: 'all',
  };
}

/** As PyTorch prints them: the segment that it asks for, with two decimals of the largest unit below. */
function printed(mib: number): string {
  return mib < 1024 ? `${mib.toFixed(2)} MiB` : `${(mib / 1024).toFixed(2)} GiB`;
}

function readingOf(row: Row, withTraceback: boolean): ErrorReading {
  const tried = printed(segmentMiB(figure(row, 'bytes')));
  const result = readError(
    `torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate ${tried}. GPU 0 has a total capacty of 24.00 GiB of which 0 bytes is free. Of the allocated memory ${printed(figure(row, 'allocated_mib'))} is allocated by PyTorch, and 0 bytes is reserved by PyTorch but unallocated.`,
  );
  if (!result.ok) throw new Error('an error is read');
  if (!withTraceback) return result.value;
  const [phase, operation] = [row.phase as Phase | '', row.computed as ErrorOperation | ''];
  return { ...result.value, phase: phase === '' ? null : phase, operation: operation === '' ? null : operation };
}

function isRight(row: Row): (tensor: NamedTensor) => boolean {
  const layers = row.layers?.split('|') ?? [];
  // Blocks of 512 bytes.
  const blocks = (bytes: number): number => Math.ceil(bytes / 512);
  return ({ layer, bytes }) => layers.includes(layer) && blocks(bytes) === blocks(figure(row, 'bytes'));
}

/** What is known beside the size: of a pasted error, and of one that was met in the running WebUI. */
export const KNOWN = {
  'size alone': { withTraceback: false, withStatic: false },
  'size and traceback': { withTraceback: true, withStatic: false },
  'size, traceback and what was allocated': { withTraceback: true, withStatic: true },
} as const;
export type Known = keyof typeof KNOWN;

export interface Judged {
  /** At least a quarter of the largest of its generation: those that run out of memory. */
  readonly isLarge: boolean;
  /** The one that is named first. */
  readonly firstRight: boolean;
  /** That one, or another of those that are said to be possible. */
  readonly amongNamed: boolean;
  readonly wrongForCertain: boolean;
}

/** Each allocation of the file, named with its generation's settings known. */
export function judgeTensors(known: Known): readonly Judged[] {
  const { withTraceback, withStatic } = KNOWN[known];
  return ROWS.map((row) => {
    const generation = knownOf(row, withStatic ? figure(row, 'static_mib') : null);
    const found = tensorOf(readingOf(row, withTraceback), generation);
    return { isLarge: isLarge(row), ...judged(found, isRight(row)) };
  });
}

function judged(found: TensorFound | null, right: (tensor: NamedTensor) => boolean): Omit<Judged, 'isLarge'> {
  if (found === null) return { firstRight: false, amongNamed: false, wrongForCertain: false };
  const firstRight = right(found);
  return {
    firstRight,
    amongNamed: firstRight || found.others.some(right),
    wrongForCertain: found.certain && !firstRight,
  };
}

const setUpOf = (row: Row): string =>
  NAMES.slice(0, 9)
    .map((name) => row[name])
    .join();

const LARGEST = new Map<string, number>();
for (const row of ROWS) LARGEST.set(setUpOf(row), Math.max(LARGEST.get(setUpOf(row)) ?? 0, figure(row, 'bytes')));

function isLarge(row: Row): boolean {
  return figure(row, 'bytes') * 4 >= (LARGEST.get(setUpOf(row)) ?? 0);
}
