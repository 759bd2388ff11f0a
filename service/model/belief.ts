import { at } from '../base/at.ts';
import type { Factor, FactorGroup } from './types.ts';

/** A distribution over a factor, on a grid; weights need not sum to 1. */
export interface Belief {
  readonly factors: Float64Array;
  readonly weights: Float64Array;
  /** How likely each of the first `JITTERS` is, in their order; they sum to 1. */
  readonly jitters: readonly number[];
}

/** Standard deviation, as a share of the need, and its weight. */
export interface Jitter {
  readonly share: number;
  readonly weight: number;
}

const GRID_STEP = 0.005;
const GRID_END = 2;
export const GRID = Float64Array.from(
  { length: Math.round((GRID_END - 1) / GRID_STEP) + 1 },
  (_, i) => 1 + i * GRID_STEP,
);

/**
 * Jitters that may be, and how likely each is before any run. In most set-ups one factor holds within a percent; where
 * tensors happen to fill whole segments at some sizes and not at others, it moves by a tenth and more.
 */
export const JITTERS: readonly Jitter[] = [
  { share: 0.006, weight: 0.8 },
  { share: 0.015, weight: 0.12 },
  { share: 0.04, weight: 0.05 },
  { share: 0.1, weight: 0.025 },
  { share: 0.25, weight: 0.005 },
];

/** Score matrices fill segments of their own, and these are held. */
const CEILING_WEIGHTS: Readonly<Record<FactorGroup, number>> = {
  sampling: 0.3,
  scores: 1,
  encode: 0.3,
  decode: 0.3,
  'vae-scores': 1,
};
const CEILING_WIDTH = 0.012;

const normal = (x: number, mean: number, deviation: number): number =>
  Math.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * 2.5066);
const decay = (x: number, length: number): number => Math.exp(-(x - 1) / length) / length;

/**
 * What is believed before any run. Traces of SD 1.5 and SDXL: a decoder that frees everything between its layers needs
 * its active bytes and no more; networks with residuals pin segments and need 1.05 to 1.5 times theirs, whole score
 * matrices of unfused attention about 1.5.
 * @param ceiling least ratio of reserved to active seen where the network decides: often nothing of the reserve can be
 *   given back, and the factor is just that; null = not seen.
 */
export function priorOf(group: FactorGroup, ceiling: number | null): Float64Array {
  const atCeiling = (x: number): number =>
    ceiling === null || ceiling > GRID_END
      ? 0
      : CEILING_WEIGHTS[group] * normal(x, ceiling - CEILING_WIDTH / 2, CEILING_WIDTH);
  const shape = SHAPES[group];
  return GRID.map((x) => atCeiling(x) + shape(x));
}

const residual = (x: number): number => 0.1 * decay(x, 0.01) + 0.5 * normal(x, 1.26, 0.1) + 0.4 * decay(x, 0.5);
const scores = (x: number): number => 0.2 * decay(x, 0.01) + 0.5 * normal(x, 1.48, 0.04) + 0.3 * decay(x, 0.5);
const SHAPES: Readonly<Record<FactorGroup, (x: number) => number>> = {
  sampling: residual,
  encode: residual,
  decode: (x) => 0.7 * decay(x, 0.006) + 0.1 * normal(x, 1.2, 0.1) + 0.2 * decay(x, 0.3),
  scores,
  'vae-scores': scores,
};

/** The factor with this share of the weight at or below it. */
export function quantileOf(belief: Belief, share: number): number {
  const total = belief.weights.reduce((a, b) => a + b, 0);
  let sum = 0;
  for (let i = 0; i < belief.weights.length; i += 1) {
    sum += at(belief.weights, i) / total;
    if (sum >= share) return belief.factors[i] ?? GRID_END;
  }
  return GRID_END;
}

/** Mean and variance under these weights. */
export function momentsOf(
  factors: Float64Array,
  weights: Float64Array,
): { readonly total: number; readonly variance: number } {
  let total = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < factors.length; i += 1) {
    const weight = at(weights, i);
    const factor = at(factors, i);
    total += weight;
    sum += weight * factor;
    squares += weight * factor * factor;
  }
  const mean = sum / (total || 1);
  return { total, variance: Math.max(0, squares / (total || 1) - mean * mean) };
}

/** Share of the settings whose need may be above, and below, the interval of the factor. */
const MISS_SHARE = 0.04;

/**
 * Median and central 80 % of the factor itself: what more runs can narrow, whatever is thought possible in the tails.
 */
export function coreOf(belief: Belief): Factor {
  return { value: quantileOf(belief, 0.5), low: quantileOf(belief, 0.1), high: quantileOf(belief, 0.9) };
}

/** Median, and what a setting's own factor may be: the belief's width and the jitter about it, as independent. */
export function summaryOf(belief: Belief): Factor {
  const value = quantileOf(belief, 0.5);
  const jitter = value * jitterBeyond(belief.jitters);
  const below = value - quantileOf(belief, MISS_SHARE);
  const above = quantileOf(belief, 1 - MISS_SHARE) - value;
  return { value, low: Math.max(1, value - Math.hypot(below, jitter)), high: value + Math.hypot(above, jitter) };
}

/** Root mean square of the jitter, as a share. */
export function jitterOf(belief: Belief): number {
  return Math.sqrt(belief.jitters.reduce((sum, weight, j) => sum + weight * at(JITTERS, j).share ** 2, 0));
}

/**
 * Deviation that is exceeded on one side in the share of `MISS_SHARE`: of a mixture of normal distributions, by
 * bisection.
 */
function jitterBeyond(jitters: readonly number[]): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 20; step += 1) {
    const middle = (low + high) / 2;
    const beyond = jitters.reduce((sum, weight, j) => sum + weight * (1 - normalCdf(middle / at(JITTERS, j).share)), 0);
    if (beyond > MISS_SHARE) low = middle;
    else high = middle;
  }
  return high;
}

/** Standard normal distribution function, after Abramowitz and Stegun 26.2.17 (error below 1e-7). */
export function normalCdf(z: number): number {
  if (Math.abs(z) > 6) return z > 0 ? 1 : 0;
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / 2.5066282746) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}
