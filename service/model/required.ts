import { dot, factorGroup, pieces } from './pieces.ts';
import type { Coefficients, Factor, FactorGroup, Observation, Phase } from './types.ts';
import type { GenerationSettings } from '../protocol/settings.ts';

export const FACTOR_GROUPS: readonly FactorGroup[] = ['sampling', 'encode', 'decode'];

/** Where fragments pin segments that cannot be given back, about one more segment of the small pool is needed (torch: 20 MiB). */
const PINNED_MIB = 16;
/** A factor this near to 1 pins nothing. */
const UNPINNED = 1.02;
/** How far the allocator's real need strays from the plane: a share of the activations and a few rounded segments. */
const JITTER_SHARE = 0.008;
const JITTER_MIB = 5;

const GRID_STEP = 0.0025;
const GRID_END = 2.6;
const GRID: readonly number[] = Array.from({ length: Math.round((GRID_END - 1) / GRID_STEP) + 1 }, (_, i) => 1 + i * GRID_STEP);

export type Factors = Readonly<Record<FactorGroup, Factor>>;

/** MiB above the weights that a phase needs to succeed, from its active bytes. */
export function phaseNeedMiB(activeMiB: number, factor: number): number {
  return activeMiB * factor + (factor > UNPINNED ? PINNED_MIB * Math.min(1, (factor - UNPINNED) / 0.1) : 0);
}

/** Need above the weights of a whole generation, and the phase that decides it. */
export function needMiB(settings: GenerationSettings, active: Coefficients, factorOf: (group: FactorGroup) => number): { readonly valueMiB: number; readonly phase: Phase } {
  let best: { valueMiB: number; phase: Phase } | null = null;
  for (const piece of pieces(settings)) {
    const valueMiB = phaseNeedMiB(dot(piece.x, active), factorOf(factorGroup(piece.phase)));
    if (best === null || valueMiB > best.valueMiB) best = { valueMiB, phase: piece.phase };
  }
  if (best === null) throw new Error('a generation has at least one phase');
  return best;
}

/**
 * Posterior of each network's factor on a grid, given
 * - runs under a cap, which say only whether the need is below the cap;
 * - uncapped runs, whose reserved bytes are an upper bound of the need.
 * Each group's posterior is computed with the others at their means, twice. Prior: what tracing SD 1.5 and SDXL
 * showed (decode about 1.0, the others 1.0 to 1.4), with a long tail for set-ups that were not traced.
 */
export function learnFactors(observations: readonly Observation[], active: Coefficients, staticMiB: number): Factors {
  const bounds = boundsOf(observations, staticMiB);
  const current: Record<FactorGroup, Factor> = { sampling: summary(prior('sampling')), encode: summary(prior('encode')), decode: summary(prior('decode')) };
  for (let round = 0; round < 3; round += 1) {
    for (const group of FACTOR_GROUPS) current[group] = summary(posterior(group, bounds, active, current));
  }
  return current;
}

interface Bound {
  readonly settings: GenerationSettings;
  readonly limitMiB: number;
  /** `below`: the need is at most the limit; `above`: it is more. */
  readonly side: 'below' | 'above';
}

function boundsOf(observations: readonly Observation[], staticMiB: number): Bound[] {
  return observations.flatMap((run): Bound[] => {
    if (run.capMiB !== null) return [{ settings: run.settings, limitMiB: run.capMiB - staticMiB, side: run.outcome === 'ok' ? 'below' : 'above' }];
    if (run.outcome === 'ok' && run.reservedPeakMiB !== null) return [{ settings: run.settings, limitMiB: run.reservedPeakMiB - staticMiB, side: 'below' }];
    return [];
  });
}

function prior(group: FactorGroup): number[] {
  return GRID.map((factor) => {
    const nearOne = Math.exp(-(factor - 1) / 0.006) / 0.006;
    const typical = Math.exp(-(((factor - 1.26) / 0.07) ** 2) / 2) / (0.07 * 2.5);
    const tail = Math.exp(-(factor - 1) / 0.4) / 0.4;
    return group === 'decode' ? 0.8 * nearOne + 0.05 * typical + 0.15 * tail : 0.15 * nearOne + 0.6 * typical + 0.25 * tail;
  });
}

function posterior(group: FactorGroup, bounds: readonly Bound[], active: Coefficients, others: Factors): number[] {
  const logs = prior(group).map(Math.log);
  for (const bound of bounds) {
    let ownMiB = 0;
    let restMiB = 0;
    for (const piece of pieces(bound.settings)) {
      const activeMiB = dot(piece.x, active);
      const of = factorGroup(piece.phase);
      if (of === group) ownMiB = Math.max(ownMiB, activeMiB);
      else restMiB = Math.max(restMiB, phaseNeedMiB(activeMiB, others[of].value));
    }
    if (ownMiB <= 0) continue;
    GRID.forEach((factor, i) => {
      const need = Math.max(restMiB, phaseNeedMiB(ownMiB, factor));
      const sigma = need * JITTER_SHARE + JITTER_MIB;
      const below = normalCdf((bound.limitMiB - need) / sigma);
      logs[i] = (logs[i] ?? 0) + Math.log(1e-4 + (1 - 2e-4) * (bound.side === 'below' ? below : 1 - below));
    });
  }
  const top = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  return logs.map((value) => Math.exp(value - top));
}

function summary(density: readonly number[]): Factor {
  const total = density.reduce((a, b) => a + b, 0);
  const at = (share: number): number => {
    let sum = 0;
    for (let i = 0; i < density.length; i += 1) {
      sum += (density[i] ?? 0) / total;
      if (sum >= share) return GRID[i] ?? GRID_END;
    }
    return GRID_END;
  };
  return { value: at(0.5), low: at(0.025), high: at(0.975) };
}

/** Standard normal distribution function, after Abramowitz and Stegun 26.2.17 (error below 1e-7). */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = (Math.exp((-z * z) / 2) / 2.5066282746) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}
