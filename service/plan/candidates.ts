import { memoised } from '../base/memo.ts';
import { kindOf } from '../operations/registry.ts';
import type { GenerationSettings, Operation } from '../protocol/settings.ts';

const STEP_PX = 64;
const USUAL_LEAST_SIZE_PX = 256;
const LEAST_SIZE_PX = 128;
/** The usual scale first; the others show what the first pass leaves behind. */
const HIRES_SCALES: readonly number[] = [2, 1.5, 1.25];
const LATENT_PX = 8;
const BATCH_SIZES: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 12, 16];

export interface CandidateLimits {
  readonly maxSizePx: number;
  readonly maxBatchSize: number;
  readonly operations: readonly Operation[];
}

/**
 * Settings that a benchmark may run: squares and some 3:2 rectangles from at most half the limit up to it, hires from
 * half, two thirds and four fifths of the target's size. Those of one plan are asked for several times with each run.
 */
export const candidates = memoised((limits: CandidateLimits): readonly GenerationSettings[] =>
  candidatesWithin(limits),
);

function candidatesWithin(limits: CandidateLimits): GenerationSettings[] {
  const most = Math.max(1, Math.floor(limits.maxBatchSize));
  const batches = [...BATCH_SIZES.filter((batch) => batch < most), most];
  return limits.operations.flatMap((operation) => {
    const all = shapes(operation, limits.maxSizePx);
    const topPx = Math.max(...all.map(longestSidePx));
    // One batch size alone cannot tell what grows with it: two pictures of half the size need less than one of the
    // largest.
    const batchesOf = (shape: Shape): number[] => (most === 1 && longestSidePx(shape) * 2 <= topPx ? [1, 2] : batches);
    return all.flatMap((shape) => batchesOf(shape).map((batchSize) => ({ ...shape, batchSize })));
  });
}

type Shape = Omit<GenerationSettings, 'batchSize'>;

function longestSidePx({ width, height, hires }: Shape): number {
  return Math.max(hires?.width ?? width, hires?.height ?? height);
}

function shapes(operation: Operation, maxSizePx: number): Shape[] {
  const { upscales } = kindOf(operation);
  const found: Shape[] = [];
  const top = Math.max(USUAL_LEAST_SIZE_PX, Math.floor(maxSizePx / STEP_PX) * STEP_PX);
  // One size alone cannot tell weights from activations.
  const least = Math.max(LEAST_SIZE_PX, Math.min(USUAL_LEAST_SIZE_PX, Math.floor(top / 2 / STEP_PX) * STEP_PX));
  for (let size = least; size <= top; size += STEP_PX) {
    if (upscales !== null) {
      const target = {
        width: size,
        height: size,
        uncroppedWidth: size,
        uncroppedHeight: size,
        upscaler: upscales === 'latent' ? 'Latent' : null,
      };
      for (const scale of HIRES_SCALES) {
        const first = Math.round(size / scale / LATENT_PX) * LATENT_PX;
        found.push({ operation, width: first, height: first, hires: target });
      }
      continue;
    }
    found.push({ operation, width: size, height: size, hires: null });
    const shorter = Math.round((size * 2) / 3 / STEP_PX) * STEP_PX;
    if (shorter >= least && shorter < size) found.push({ operation, width: size, height: shorter, hires: null });
  }
  return found;
}
