import type { GenerationSettings } from '../protocol/settings.ts';
import { beliefIn, GRID, summaryOf, type Belief } from './belief.ts';
import { evaluate } from './max-planes.ts';
import { dot, factorGroup, pieces } from './pieces.ts';
import type { Coefficients, Factor, FactorGroup, Observation, Phase } from './types.ts';

export const FACTOR_GROUPS: readonly FactorGroup[] = ['sampling', 'encode', 'decode'];

/** Where fragments pin segments that cannot be given back, about one more segment of the small pool is needed (torch: 20 MiB). */
const PINNED_MIB = 16;
/** A factor this near to 1 pins nothing; one this much above it pins a whole segment. */
const UNPINNED = 1.02;
const UNPINNED_TO_PINNED = 0.1;
/** How far the allocator's real need strays from the plane: a share of it and a few rounded segments. */
const JITTER_SHARE = 0.006;
const JITTER_MIB = 5;
/** How much more a factor may differ at settings that need half as much: what is learnt at large sizes counts most. */
const REMOTE_SHARE = 0.03;
/** Runs in which a network needs less than this share of its largest say nothing of it: small pools and whole segments rule there. */
const LEAST_TELLING = 0.15;
/** A run may contradict what is believed (another process, an odd size) this often. */
const SURPRISE = 4e-3;
const ROUNDS = 3;

export type Factors = Readonly<Record<FactorGroup, Factor>>;
export type Beliefs = Readonly<Record<FactorGroup, Belief>>;

/** MiB above the weights that a phase needs to succeed, from its active bytes. */
function phaseNeedMiB(activeMiB: number, factor: number): number {
  const pinned = Math.max(0, Math.min(1, (factor - UNPINNED) / UNPINNED_TO_PINNED));
  return activeMiB * factor + PINNED_MIB * pinned;
}

/** Need above the weights of a whole generation, and the phase that decides it. */
export function needMiB(settings: GenerationSettings, active: Coefficients, factorOf: (group: FactorGroup) => number): { readonly valueMiB: number; readonly phase: Phase } {
  let valueMiB = -Infinity;
  let phase: Phase | null = null;
  for (const piece of pieces(settings)) {
    const ownMiB = phaseNeedMiB(dot(piece.x, active), factorOf(factorGroup(piece.phase)));
    if (ownMiB <= valueMiB) continue;
    valueMiB = ownMiB;
    phase = piece.phase;
  }
  if (phase === null) throw new Error('a generation has at least one phase');
  return { valueMiB, phase };
}

/** Standard deviation of the need about its plane. */
export function jitterMiB(need: number): number {
  return need * JITTER_SHARE + JITTER_MIB;
}

/**
 * What is believed of each network's factor (need over active bytes), given
 * - runs under a cap, which say only whether the need is below the cap;
 * - uncapped runs, whose reserved bytes are an upper bound of the need.
 * The need is a maximum, so it is below a limit when each network's is: each group is learnt against what is believed
 * of the others at the time, a few times over.
 */
export function learnBeliefs(observations: readonly Observation[], active: Coefficients, staticMiB: number): Beliefs {
  const known = boundsOf(observations, staticMiB);
  const largest = (group: FactorGroup): number => known.reduce((top, bound) => Math.max(top, ownMiB(bound.settings, group, active)), 0);
  const largestMiB = { sampling: largest('sampling'), encode: largest('encode'), decode: largest('decode') };
  const bounds = known.map((bound) => evidenceOf(bound, active, largestMiB));
  const prior = (group: FactorGroup): Belief => beliefIn(group, ceilingOf(group, known, active, largestMiB[group]));
  const priors: Beliefs = { sampling: prior('sampling'), encode: prior('encode'), decode: prior('decode') };
  const current = { ...priors };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const group of FACTOR_GROUPS) current[group] = posterior(group, bounds, priors, current);
  }
  return current;
}

export function factorsOf(beliefs: Beliefs): Factors {
  return { sampling: summaryOf(beliefs.sampling), encode: summaryOf(beliefs.encode), decode: summaryOf(beliefs.decode) };
}

interface Bound {
  readonly settings: GenerationSettings;
  readonly limitMiB: number;
  /** `below`: the need is at most the limit; `above`: it is more. */
  readonly side: 'below' | 'above';
  /** The limit is what an uncapped run reserved. */
  readonly reserved: boolean;
}

/** Chance, for each network and each factor on the grid, that its need is below the limit; null where it takes no part. */
interface Evidence {
  readonly side: Bound['side'];
  readonly below: Readonly<Record<FactorGroup, readonly number[] | null>>;
}

function boundsOf(observations: readonly Observation[], staticMiB: number): Bound[] {
  return observations.flatMap((run): Bound[] => {
    if (run.capMiB !== null) return [{ settings: run.settings, limitMiB: run.capMiB - staticMiB, side: run.outcome === 'ok' ? 'below' : 'above', reserved: false }];
    if (run.outcome === 'ok' && run.reservedPeakMiB !== null) return [{ settings: run.settings, limitMiB: run.reservedPeakMiB - staticMiB, side: 'below', reserved: true }];
    return [];
  });
}

/** Least ratio of reserved to active where a network decides; null where it decides nowhere. */
function ceilingOf(group: FactorGroup, bounds: readonly Bound[], active: Coefficients, largestMiB: number): number | null {
  let least: number | null = null;
  for (const { settings, limitMiB, reserved } of bounds) {
    if (!reserved) continue;
    const { valueMiB, piece } = evaluate(pieces(settings), active);
    if (valueMiB > LEAST_TELLING * largestMiB && factorGroup(piece.phase) === group) least = Math.min(least ?? Infinity, limitMiB / valueMiB);
  }
  return least;
}

/** Largest active bytes of one network in a generation. */
function ownMiB(settings: GenerationSettings, group: FactorGroup, active: Coefficients): number {
  return pieces(settings).reduce((top, piece) => (factorGroup(piece.phase) === group ? Math.max(top, dot(piece.x, active)) : top), 0);
}

/** @param largestMiB of each network, in any run; 0 where no run is to count as remote. */
function evidenceOf(bound: Bound, active: Coefficients, largestMiB: Readonly<Record<FactorGroup, number>>): Evidence {
  const belowOf = (group: FactorGroup): readonly number[] | null => {
    const activeMiB = ownMiB(bound.settings, group, active);
    if (activeMiB <= LEAST_TELLING * largestMiB[group]) return null;
    const remote = REMOTE_SHARE * Math.max(0, Math.log2(largestMiB[group] / activeMiB));
    return GRID.map((factor) => {
      const need = phaseNeedMiB(activeMiB, factor);
      return normalCdf((bound.limitMiB - need) / (jitterMiB(need) + need * remote));
    });
  };
  return { side: bound.side, below: { sampling: belowOf('sampling'), encode: belowOf('encode'), decode: belowOf('decode') } };
}

const NOTHING_REMOTE = { sampling: 0, encode: 0, decode: 0 };

/** Chance that a generation's need is below a cap, for each factor of one network on the grid, the others as believed. */
export function chancesBelow(settings: GenerationSettings, group: FactorGroup, capMiB: number, active: Coefficients, beliefs: Beliefs): number[] {
  const { below } = evidenceOf({ settings, limitMiB: capMiB, side: 'below', reserved: false }, active, NOTHING_REMOTE);
  let rest = 1;
  for (const other of FACTOR_GROUPS) {
    const chances = below[other];
    if (other !== group && chances !== null) rest *= meanOf(chances, beliefs[other].weights);
  }
  return (below[group] ?? beliefs[group].factors.map(() => 1)).map((chance) => chance * rest);
}

function posterior(group: FactorGroup, evidence: readonly Evidence[], priors: Beliefs, others: Beliefs): Belief {
  const prior = priors[group];
  const logs = prior.weights.map(Math.log);
  for (const { side, below } of evidence) {
    const own = below[group];
    if (own === null) continue;
    let restBelow = 1;
    for (const other of FACTOR_GROUPS) {
      const rest = below[other];
      if (other !== group && rest !== null) restBelow *= meanOf(rest, others[other].weights);
    }
    for (let i = 0; i < logs.length; i += 1) {
      const ownBelow = own[i] ?? 0;
      const likelihood = side === 'below' ? ownBelow : 1 - ownBelow * restBelow;
      logs[i] = (logs[i] ?? 0) + Math.log(SURPRISE + (1 - 2 * SURPRISE) * likelihood);
    }
  }
  const top = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  return { factors: prior.factors, weights: logs.map((value) => Math.exp(value - top)) };
}

function meanOf(values: readonly number[], weights: readonly number[]): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i += 1) {
    sum += (values[i] ?? 0) * (weights[i] ?? 0);
    total += weights[i] ?? 0;
  }
  return sum / total;
}

/** Standard normal distribution function, after Abramowitz and Stegun 26.2.17 (error below 1e-7). */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = (Math.exp((-z * z) / 2) / 2.5066282746) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}
