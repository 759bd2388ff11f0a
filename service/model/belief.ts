import type { Factor, FactorGroup } from './types.ts';

/** A distribution over a network's factor, on a grid; weights need not sum to 1. */
export interface Belief {
  readonly factors: readonly number[];
  readonly weights: readonly number[];
}

const GRID_STEP = 0.0025;
const GRID_END = 2;
export const GRID: readonly number[] = Array.from({ length: Math.round((GRID_END - 1) / GRID_STEP) + 1 }, (_, i) => 1 + i * GRID_STEP);

const CEILING_WEIGHT = 0.3;
const CEILING_WIDTH = 0.012;

const normal = (x: number, mean: number, deviation: number): number => Math.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * 2.5066);
const decay = (x: number, length: number): number => Math.exp(-(x - 1) / length) / length;

/**
 * What is believed before any run. Traces of SD 1.5 and SDXL: a decoder that frees everything between its layers needs its
 * active bytes and no more; networks with residuals pin segments and need 1.05 to 1.5 times theirs, whole score
 * matrices of unfused attention about 1.5.
 * @param ceiling least ratio of reserved to active seen where the network decides: often nothing of the reserve can be given
 *   back, and the factor is just that; null = not seen.
 */
export function beliefIn(group: FactorGroup, ceiling: number | null): Belief {
  const atCeiling = (x: number): number => (ceiling === null || ceiling > GRID_END ? 0 : CEILING_WEIGHT * normal(x, ceiling - CEILING_WIDTH / 2, CEILING_WIDTH));
  return {
    factors: GRID,
    weights: GRID.map((x) =>
      atCeiling(x) +
      (group === 'decode' ? 0.7 * decay(x, 0.006) + 0.1 * normal(x, 1.2, 0.1) + 0.2 * decay(x, 0.3) : 0.1 * decay(x, 0.01) + 0.5 * normal(x, 1.26, 0.1) + 0.4 * decay(x, 0.5)),
    ),
  };
}

/** The factor with this share of the weight at or below it. */
export function quantileOf(belief: Belief, share: number): number {
  const total = belief.weights.reduce((a, b) => a + b, 0);
  let sum = 0;
  for (let i = 0; i < belief.weights.length; i += 1) {
    sum += (belief.weights[i] ?? 0) / total;
    if (sum >= share) return belief.factors[i] ?? GRID_END;
  }
  return GRID_END;
}

/** Mean and variance under these weights. */
export function momentsOf(factors: readonly number[], weights: readonly number[]): { readonly total: number; readonly variance: number } {
  let total = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < factors.length; i += 1) {
    const weight = weights[i] ?? 0;
    const factor = factors[i] ?? 0;
    total += weight;
    sum += weight * factor;
    squares += weight * factor * factor;
  }
  const mean = sum / (total || 1);
  return { total, variance: Math.max(0, squares / (total || 1) - mean * mean) };
}

/** Median and central 95 % interval. */
export function summaryOf(belief: Belief): Factor {
  return { value: quantileOf(belief, 0.5), low: quantileOf(belief, 0.025), high: quantileOf(belief, 0.975) };
}
