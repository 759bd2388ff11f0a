import { GRID, normalCdf, type Belief, type Jitter } from './belief.ts';
import type { Bracket } from './brackets.ts';
import { jitterMiB, ownLoad, phaseNeedMiB, type Load } from './required.ts';
import type { Coefficients, FactorGroup } from './types.ts';

/** How much more a factor may differ at settings that need half as much: what is learnt at large sizes counts most. */
const REMOTE_SHARE = 0.03;
/**
 * Runs in which a network needs less than this share of its largest say nothing of it: small pools and whole segments
 * rule there.
 */
export const LEAST_TELLING = 0.15;

/** For each factor on the grid. */
export type Chances = Float64Array;

/**
 * For each jitter and each factor, the chance that a kind's need is at most each end of the bracket, where that end is
 * known; null where the kind takes no part.
 */
export type Evidence = readonly { readonly above: Chances | null; readonly below: Chances | null }[] | null;

/** @param largestMiB of the kind in any run. */
export function evidenceOf(
  { pieces, aboveMiB, belowMiB }: Bracket,
  group: FactorGroup,
  active: Coefficients,
  largestMiB: number,
  jitters: readonly Jitter[],
): Evidence {
  const load = ownLoad(pieces, group, active);
  if (!isTelling(load, largestMiB)) return null;
  const needs = needsOf(load);
  const remote = remoteShareOf(load, largestMiB);
  const at = (limitMiB: number | null, share: number): Chances | null =>
    limitMiB === null ? null : chancesAt(limitMiB, needs, share, remote);
  return jitters.map(({ share }) => ({ above: at(aboveMiB, share), below: at(belowMiB, share) }));
}

/**
 * Chance that the need of one kind of allocations is at most a limit, where no setting is to count as remote; null
 * where it takes no part.
 */
export function chancesOf(load: Load, limitMiB: number, jitter: number): Chances | null {
  return isTelling(load, 0) ? chancesAt(limitMiB, needsOf(load), jitter, 0) : null;
}

function isTelling({ scaledMiB }: Load, largestMiB: number): boolean {
  return scaledMiB > LEAST_TELLING * largestMiB;
}

function remoteShareOf({ scaledMiB }: Load, largestMiB: number): number {
  return REMOTE_SHARE * Math.max(0, Math.log2(largestMiB / scaledMiB));
}

function needsOf(load: Load): Float64Array {
  return GRID.map((factor) => phaseNeedMiB(load, factor));
}

function chancesAt(limitMiB: number, needs: Float64Array, jitter: number, remote: number): Chances {
  const chances = new Float64Array(needs.length);
  for (let i = 0; i < needs.length; i += 1) {
    const need = needs[i] as number;
    chances[i] = normalCdf((limitMiB - need) / (jitterMiB(need, jitter) + need * remote));
  }
  return chances;
}

/**
 * For each end of a bracket the chance, over what is believed of one kind, that its need is at most that; 1 where it
 * takes no part or the end is open.
 */
export type Believed = Readonly<Record<'above' | 'below', number>>;

const CERTAIN: Believed = { above: 1, below: 1 };

export function believedBelow(evidence: Evidence, { weights, jitters }: Belief): Believed {
  if (evidence === null) return CERTAIN;
  const total = sumOf(weights);
  let above = 0;
  let below = 0;
  for (let j = 0; j < evidence.length; j += 1) {
    const ends = evidence[j];
    const jitter = jitters[j] as number;
    above += jitter * (ends?.above ? weighted(ends.above, weights) / total : 1);
    below += jitter * (ends?.below ? weighted(ends.below, weights) / total : 1);
  }
  return { above, below };
}

export function meanOf(chances: Chances, weights: Float64Array): number {
  return weighted(chances, weights) / sumOf(weights);
}

function weighted(chances: Chances, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < chances.length; i += 1) sum += (chances[i] as number) * (weights[i] as number);
  return sum;
}

export function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] as number;
  return sum;
}
