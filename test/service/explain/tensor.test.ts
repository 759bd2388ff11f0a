/**
 * Which tensor an allocation was, from its size, against the frames that the real PyTorch recorded with it: large
 * allocations of whole generations of AUTOMATIC1111 1.10.1 (`allocations.csv`), each asked about as if it had failed.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { ErrorOperation, ErrorReading } from '../../../service/explain/kinds.ts';
import { readError } from '../../../service/explain/read.ts';
import { segmentMiB } from '../../../service/explain/tensor-sizes.ts';
import { tensorOf, type KnownGeneration, type NamedTensor, type TensorFound } from '../../../service/explain/tensor.ts';
import type { Scores } from '../../../service/networks/attention/scores.ts';
import type { Networks } from '../../../service/networks/networks.ts';
import type { GenerationSettings, Phase } from '../../../service/protocol/settings.ts';

type Row = Readonly<Record<string, string>>;

const [HEAD = '', ...LINES] = readFileSync(new URL('../../fixtures/explain/allocations.csv', import.meta.url), 'utf8')
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

interface Found {
  readonly row: Row;
  readonly tensor: TensorFound | null;
}

function foundOf(withTraceback: boolean, withStatic: boolean): Found[] {
  return ROWS.map((row) => ({
    row,
    tensor: tensorOf(readingOf(row, withTraceback), knownOf(row, withStatic ? figure(row, 'static_mib') : null)),
  }));
}

function share(found: readonly Found[], is: (row: Row, tensor: TensorFound) => boolean): number {
  return found.filter(({ row, tensor }) => tensor !== null && is(row, tensor)).length / found.length;
}

const setUpOf = (row: Row): string =>
  NAMES.slice(0, 9)
    .map((name) => row[name])
    .join();

/** At least a quarter of the largest of its generation: those that run out of memory. */
function large(found: readonly Found[]): readonly Found[] {
  const most = new Map<string, number>();
  for (const { row } of found) most.set(setUpOf(row), Math.max(most.get(setUpOf(row)) ?? 0, figure(row, 'bytes')));
  return found.filter(({ row }) => figure(row, 'bytes') * 4 >= (most.get(setUpOf(row)) ?? 0));
}

describe('with the settings known 97 % are among those named, and none is named for certain and wrong', () => {
  test.each([
    ['by size alone', false, false, 0.65, 0.75],
    ['by size and traceback', true, false, 0.9, 0.95],
    ['by size, traceback and what was allocated', true, true, 0.94, 0.99],
  ] as const)('%s', (_by, withTraceback, withStatic, leastFirst, leastFirstOfLarge) => {
    const all = foundOf(withTraceback, withStatic);
    const most = large(all);
    expect([all.length > 600, most.length > 150]).toEqual([true, true]);
    expect(share(all, (row, tensor) => [tensor, ...tensor.others].some(isRight(row)))).toBeGreaterThanOrEqual(0.97);
    expect(share(all, (row, tensor) => tensor.certain && !isRight(row)(tensor))).toBe(0);
    const isFirst = (row: Row, tensor: TensorFound): boolean => isRight(row)(tensor);
    expect(share(all, isFirst)).toBeGreaterThanOrEqual(leastFirst);
    expect(share(most, isFirst)).toBeGreaterThanOrEqual(leastFirstOfLarge);
  });
});

describe('with nothing known but the text', () => {
  const told = (text: string): TensorFound | null => {
    const result = readError(text);
    if (!result.ok) throw new Error('an error is read');
    return tensorOf(result.value, null);
  };
  const tried = (amount: string, end = ''): TensorFound | null =>
    told(`RuntimeError: CUDA out of memory. Tried to allocate ${amount} (GPU 0; 12.00 GiB total capacity${end}`);

  test('scores of common sizes are guessed, and never for certain', () => {
    expect(tried('512.00 MiB')).toMatchObject({ layer: 'self-attention scores', latent: [64, 64], certain: false });
    expect(tried('256.00 GiB')).toMatchObject({ layer: 'self-attention scores', latent: [256, 256], certain: false });
  });

  test('what a segment of 20 MiB or less was for nobody can tell', () => {
    expect([tried('20.00 MiB'), tried('2.00 MiB')]).toEqual([null, null]);
  });

  test('a size that no common generation has is not named', () => {
    expect(tried('1.31 GiB')).toBeNull();
  });

  test('weights that are loaded are none', () => {
    const text =
      'Traceback (most recent call last):\n  File "x.py", line 1, in load_model\nRuntimeError: CUDA out of memory. Tried to allocate 512.00 MiB (GPU 0; ';
    expect(told(text)).toBeNull();
  });

  test("others' errors round and count in other ways", () => {
    expect(told('RuntimeError: Invalid buffer size: 256.00 GB')).toBeNull();
  });
});
