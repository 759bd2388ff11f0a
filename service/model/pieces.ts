import { memoised } from '../base/memo.ts';
import type { Stage } from '../operations/kind.ts';
import { stageGroups } from '../operations/registry.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { areaMpx } from './geometry.ts';
import type { AttentionKind, Coefficients, FactorGroup, Phase } from './types.ts';

/**
 * Terms of the model. Areas a are in units of 1024 x 1024 pixels, b is the batch size; the term that a name stands for
 * is its last part. Source of the structure: the order in which A1111 1.10.1 runs its networks and empties the cache
 * between them.
 */
export const TERMS = [
  'sampling.1',
  'sampling.ba',
  'scores.ba',
  'scores.baa',
  'decode.1',
  'decode.a',
  'decode.ba',
  'vae-scores.a',
  'vae-scores.aa',
  'encode.1',
  'encode.a',
  'encode.ba',
  'encode-scores.a',
  'upscale.1',
  'upscale.a',
  'upscale.third',
  'upscale.half',
  'carry.to1',
  'carry.to2',
  'carry.to3',
  'carry.to4',
  'carry.to5',
  'carry.to6',
  'carry.to8',
  'carry.beyond8',
] as const;

export type Term = (typeof TERMS)[number];

/**
 * One plane of the maximum: the phase it stands for, whose allocations they are, and its terms' values, in the order of
 * `TERMS`.
 */
export interface Piece {
  readonly phase: Phase;
  readonly group: FactorGroup;
  readonly x: readonly number[];
}

/**
 * Steps of batch size in which txt2img's decode finds ever more of sampling's cache in its way. Both networks grow with
 * the area, so what is left over is a slope of the area for each batch size, rising without a simple law: a rising line
 * of segments.
 */
const CARRY_STEPS: readonly { readonly term: Term; readonly from: number; readonly to: number }[] = [
  { term: 'carry.to1', from: 0, to: 1 },
  { term: 'carry.to2', from: 1, to: 2 },
  { term: 'carry.to3', from: 2, to: 3 },
  { term: 'carry.to4', from: 3, to: 4 },
  { term: 'carry.to5', from: 4, to: 5 },
  { term: 'carry.to6', from: 5, to: 6 },
  { term: 'carry.to8', from: 6, to: 8 },
];

/** First pass over target area, in which an image upscaler finds ever more of the first decode's cache in its way. */
const UPSCALE_STEPS: readonly { readonly term: Term; readonly from: number; readonly to: number }[] = [
  { term: 'upscale.third', from: 0.25, to: 0.44 },
  { term: 'upscale.half', from: 0.44, to: 0.64 },
];

/** Terms that explain reserved bytes alone: cache left by an earlier phase. */
const RESERVED_ONLY: ReadonlySet<Term> = new Set<Term>([
  ...CARRY_STEPS.map((step) => step.term),
  'carry.beyond8',
  ...UPSCALE_STEPS.map((step) => step.term),
]);

/** Share of a step that is behind a value, times the area. */
function steps(
  all: readonly { readonly term: Term; readonly from: number; readonly to: number }[],
  value: number,
  area: number,
): Partial<Record<Term, number>> {
  return Object.fromEntries(
    all.map(({ term, from, to }) => [term, area * Math.max(0, Math.min(1, (value - from) / (to - from)))]),
  );
}

const INDEX: ReadonlyMap<string, number> = new Map(TERMS.map((term, index) => [term, index]));

/** Position of a term in a coefficient vector. */
export function termIndex(term: Term): number {
  const index = INDEX.get(term);
  if (index === undefined) throw new Error(`no such term: ${term}`);
  return index;
}

function row(values: Partial<Record<Term, number>>): number[] {
  return TERMS.map((term) => values[term] ?? 0);
}

/**
 * A pass of the denoising network peaks in its feed-forward layers or, where attention keeps score matrices, in its
 * largest attention.
 */
function samplingPieces(phase: Phase, area: number, batch: number): Piece[] {
  return [
    { phase, group: 'sampling', x: row({ 'sampling.1': 1, 'sampling.ba': batch * area }) },
    { phase, group: 'scores', x: row({ 'scores.ba': batch * area, 'scores.baa': batch * area * area }) },
  ];
}

/** @param carries whether no cache was emptied since sampling, so that what that reserved stays there. */
function decodePieces(carries: boolean, area: number, batch: number): Piece[] {
  const carry = carries ? { ...steps(CARRY_STEPS, batch, area), 'carry.beyond8': Math.max(0, batch - 8) * area } : {};
  return [
    {
      phase: 'decode',
      group: 'decode',
      x: row({ 'decode.1': 1, 'decode.a': area, 'decode.ba': batch * area, ...carry }),
    },
    { phase: 'decode', group: 'vae-scores', x: row({ 'vae-scores.a': area, 'vae-scores.aa': area * area }) },
  ];
}

/** @param more terms of what comes with encoding in the same phase. */
function encodePieces(phase: Phase, area: number, batch: number, more: Partial<Record<Term, number>>): Piece[] {
  return [
    { phase, group: 'encode', x: row({ 'encode.1': 1, 'encode.a': area, 'encode.ba': batch * area, ...more }) },
    { phase, group: 'vae-scores', x: row({ 'encode-scores.a': area, 'vae-scores.aa': area * area }) },
  ];
}

/** @param before the stages since the cache was emptied. */
function piecesOfStage({ phase, network, widthPx, heightPx, batch }: Stage, before: readonly Stage[]): Piece[] {
  const area = areaMpx(widthPx, heightPx);
  switch (network) {
    case 'sampling':
      return samplingPieces(phase, area, batch);
    case 'encode':
    case 'encode_blank':
    case 'encode_masked': {
      const [decoded] = before;
      if (decoded === undefined) return encodePieces(phase, area, batch, {});
      const firstMpx = areaMpx(decoded.widthPx, decoded.heightPx);
      const upscale = { 'upscale.1': 1, 'upscale.a': area, ...steps(UPSCALE_STEPS, firstMpx / area, area) };
      return encodePieces(phase, area, batch, upscale);
    }
    case 'decode':
      // Before an upscaler what is encoded after it is larger.
      return phase === 'decode' ? decodePieces(before.length > 0, area, batch) : [];
  }
}

function piecesOf(settings: GenerationSettings): Piece[] {
  return stageGroups(settings).flatMap((stages) =>
    stages.flatMap((stage, index) => piecesOfStage(stage, stages.slice(0, index))),
  );
}

/**
 * The planes whose maximum is the peak of a generation. A plan asks for those of all its candidates again with each
 * run, an estimate for its own several times.
 */
export const pieces = memoised((settings: GenerationSettings): readonly Piece[] => piecesOf(settings));

/**
 * Terms that may be above zero: those of score matrices only where attention keeps them, cache left over only for
 * reserved bytes.
 */
export function allowedTerms(attention: AttentionKind, target: 'active' | 'reserved'): readonly boolean[] {
  return TERMS.map((term) => {
    if (term.includes('scores.'))
      return attention !== 'fused' && (attention !== 'sub-quadratic' || !term.endsWith('aa'));
    return target === 'reserved' || !RESERVED_ONLY.has(term);
  });
}

export function dot(x: readonly number[], coefficients: Coefficients): number {
  let sum = 0;
  for (let i = 0; i < x.length; i += 1) sum += (x[i] as number) * (coefficients[i] as number);
  return sum;
}
