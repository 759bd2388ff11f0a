/** One published figure, read from its row. */
import type { Result } from '../../service/base/result.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { CsvRow } from './csv.ts';
import { mibOf, roundingMiB } from './quantity.ts';
import {
  attentionIn,
  bitsOf,
  cardIn,
  familyIn,
  USUAL_ATTENTION,
  versionIn,
  vramModeIn,
  type Card,
  type Family,
} from './wording.ts';

export const FIGURE_COLUMNS = [
  'source',
  'model',
  'op',
  'width',
  'height',
  'batch',
  'precision',
  'attention',
  'metric',
  'value',
  'unit',
  'gpu',
  'note',
] as const;

/**
 * Whose memory it is: A1111's, a pipeline's of diffusers, or an autoencoder's that somebody runs alone, with ldm's code
 * or with diffusers'.
 */
export type Program = 'a1111' | 'diffusers' | 'autoencoder-of-ldm' | 'autoencoder-of-diffusers';

/**
 * torch's peak of allocated (active) or of reserved bytes; all that is in use of the device, other programs' and the
 * context included.
 */
export type Metric = 'allocated' | 'reserved' | 'device';

export interface Figure {
  /** Among the rows of the file, from 1. */
  readonly row: number;
  readonly source: string;
  readonly program: Program;
  readonly family: Family | 'flux';
  readonly work: GenerationSettings | VaeWork;
  /** Of a number in the denoising network, and in the autoencoder. */
  readonly unetBits: 16 | 32;
  readonly vaeBits: 16 | 32;
  readonly attention: string;
  readonly vramMode: 'none' | 'medvram' | 'lowvram';
  readonly card: Card;
  /** As it is written: figures of one instrument are compared with each other. */
  readonly instrument: string;
  readonly metric: Metric;
  readonly withWeights: boolean;
  readonly valueMiB: number;
  readonly roundingMiB: number;
  readonly webuiVersion: string | null;
}

/** One half of the autoencoder, alone. */
export interface VaeWork {
  readonly operation: 'decode' | 'encode';
  readonly width: number;
  readonly height: number;
  readonly batchSize: number;
}

export type Unreadable =
  | 'no-value'
  | 'no-size'
  | 'model-not-stated'
  | 'other-operation'
  | 'other-precision'
  | 'other-metric'
  /** torch's own is what is replayed; cudaMallocAsync has the driver's pools. */
  | 'other-allocator'
  /** What a whole program holds in system and video memory, or of what, is not told. */
  | 'program-not-stated';

export function readFigure({ number, cells }: CsvRow): Result<Figure, Unreadable> {
  const text = (column: (typeof FIGURE_COLUMNS)[number]): string => cells[column] ?? '';
  const all = Object.values(cells).join(' ');
  const no = (reason: Unreadable): Result<Figure, Unreadable> => ({ ok: false, reason });
  const valueMiB = mibOf(text('value'), text('unit'));
  if (valueMiB === null) return no('no-value');
  const family = familyIn(text('model'));
  if (family === null) return no('model-not-stated');
  if (/cudaMallocAsync/i.test(all)) return no('other-allocator');
  const metric = metricOf(text('metric'));
  if (metric === null) return no('other-metric');
  const bits = bitsOf(text('precision'));
  if (bits === null) return no('other-precision');
  const work = workOf(text('op'), text('width'), text('height'), text('batch'));
  if (!work.ok) return work;
  const program = programOf(all, text('metric'), work.value, family);
  if (program === null) return no('program-not-stated');
  return {
    ok: true,
    value: {
      row: number,
      source: text('source'),
      program,
      family,
      work: work.value,
      unetBits: isVae(work.value.operation) ? 16 : bits,
      vaeBits: /--no-half-vae/.test(all) ? 32 : bits,
      vramMode: family === 'flux' ? 'none' : vramModeIn(all, family),
      attention: attentionIn(text('attention')) ?? USUAL_ATTENTION,
      card: cardIn(text('gpu')),
      instrument: text('metric'),
      metric,
      withWeights: !/during|by decode|by encode/i.test(text('metric')),
      valueMiB,
      roundingMiB: roundingMiB(text('value'), text('unit')),
      webuiVersion: versionIn(text('note')),
    },
  };
}

function metricOf(text: string): Metric | null {
  if (/\bsys_peak\b|\bsys\b|gpustat|nvidia-smi|whole device/i.test(text)) return 'device';
  if (/allocated|active/i.test(text)) return 'allocated';
  return /reserved/i.test(text) ? 'reserved' : null;
}

/** `_peak`: a counter of the WebUI's memory monitor, in its result line. */
function programOf(
  all: string,
  metric: string,
  { operation }: Figure['work'],
  family: Figure['family'],
): Program | null {
  if (/a1111|automatic1111|webui/i.test(all) || /_peak$/.test(metric)) return family === 'flux' ? null : 'a1111';
  if (isVae(operation)) return family === 'flux' ? 'autoencoder-of-ldm' : 'autoencoder-of-diffusers';
  // torch's own name of it: a script asked torch.
  return family !== 'flux' && /max_memory|diffusers/i.test(all) ? 'diffusers' : null;
}

export function isVae(operation: Figure['work']['operation']): operation is VaeWork['operation'] {
  return operation === 'decode' || operation === 'encode';
}

const OPERATIONS: readonly (readonly [RegExp, Figure['work']['operation']])[] = [
  [/^vae.?decode$/i, 'decode'],
  [/^vae.?encode$/i, 'encode'],
  [/^txt2img$/i, 'txt2img'],
  [/^img2img$/i, 'img2img'],
];
const HIRES = /hires.*?(\d+)x(\d+)\s*->\s*(\d+)x(\d+)/i;
const MOST_PX = 16_384;

function workOf(op: string, width: string, height: string, batch: string): Result<Figure['work'], Unreadable> {
  const hires = HIRES.exec(op);
  const [, ...sides] = hires ?? ['', width, height, width, height];
  const [firstWidth = 0, firstHeight = 0, toWidth = 0, toHeight = 0] = sides.map(Number);
  const batchSize = Number(batch);
  const isSize = (px: number): boolean => Number.isInteger(px) && px >= 8 && px <= MOST_PX;
  if (![firstWidth, firstHeight, toWidth, toHeight].every(isSize)) return { ok: false, reason: 'no-size' };
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 256) return { ok: false, reason: 'no-size' };
  const size = { width: firstWidth, height: firstHeight, batchSize };
  if (hires !== null) {
    const target = { width: toWidth, height: toHeight, uncroppedWidth: toWidth, uncroppedHeight: toHeight };
    return { ok: true, value: { operation: 'hires_latent', ...size, hires: { ...target, upscaler: null } } };
  }
  const operation = OPERATIONS.find(([pattern]) => pattern.test(op))?.[1];
  if (operation === undefined) return { ok: false, reason: 'other-operation' };
  if (operation === 'decode' || operation === 'encode') return { ok: true, value: { operation, ...size } };
  return { ok: true, value: { operation, ...size, hires: null } };
}
