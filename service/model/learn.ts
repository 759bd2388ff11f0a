import { at } from '../base/at.ts';
import type { Steps } from '../base/steps.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { GRID, coreOf, JITTERS, jitterOf, normalCdf, priorOf, summaryOf, type Belief, type Jitter } from './belief.ts';
import { bracketsOf, type Bracket } from './brackets.ts';
import { evaluate } from './max-planes.ts';
import { pieces } from './pieces.ts';
import { FACTOR_GROUPS, jitterMiB, loadOf, ownLoad, phaseNeedMiB, type Factors, type Load } from './required.ts';
import type { Coefficients, FactorGroup, Observation } from './types.ts';

/** How much more a factor may differ at settings that need half as much: what is learnt at large sizes counts most. */
const REMOTE_SHARE = 0.03;
/**
 * Runs in which a network needs less than this share of its largest say nothing of it: small pools and whole segments
 * rule there.
 */
const LEAST_TELLING = 0.15;
/** A run may contradict what is believed (another process, an odd size) this often. */
const SURPRISE = 4e-3;
const ROUNDS = 3;

export type Beliefs = Readonly<Record<FactorGroup, Belief>>;

/**
 * What is believed of each kind's factor (need over active bytes), given
 * - runs under a cap, which say only whether the need is below the cap;
 * - uncapped runs, whose reserved bytes are an upper bound of the need.
 * The need is a maximum, so it is below a limit when each kind's is: each is learnt against what is believed
 * of the others at the time, a few times over.
 * @param jitters those that are held possible: the first ones of `JITTERS`.
 */
export function* learnBeliefs(
  observations: readonly Observation[],
  active: Coefficients,
  staticMiB: number,
  jitters: readonly Jitter[] = JITTERS,
): Steps<Beliefs> {
  const known = bracketsOf(observations, staticMiB);
  const largestMiB = byGroup((group) =>
    known.reduce((top, bracket) => Math.max(top, ownLoad(bracket.pieces, group, active).scaledMiB), 0),
  );
  const priors = byGroup((group) => priorOf(group, ceilingOf(group, known, active, largestMiB[group])));
  const evidence: Record<FactorGroup, Evidence>[] = [];
  for (const bracket of known) {
    evidence.push(byGroup((group) => evidenceOf(bracket, group, active, largestMiB[group], jitters)));
    yield;
  }
  let current = byGroup((group): Belief => ({
    factors: GRID,
    weights: priors[group],
    jitters: jitters.map(({ weight }) => weight),
  }));
  for (let round = 0; round < ROUNDS; round += 1) {
    const beliefs = current;
    const believed = evidence.map((kinds) => byGroup((group) => believedBelow(kinds[group], beliefs[group])));
    const learnt = { ...current };
    for (const group of FACTOR_GROUPS) {
      learnt[group] = posterior(group, priors[group], evidence, believed, jitters);
      yield;
    }
    current = learnt;
  }
  return current;
}

function byGroup<T>(of: (group: FactorGroup) => T): Record<FactorGroup, T> {
  return {
    sampling: of('sampling'),
    scores: of('scores'),
    encode: of('encode'),
    decode: of('decode'),
    'vae-scores': of('vae-scores'),
  };
}

export function factorsOf(beliefs: Beliefs): Factors {
  return byGroup((group) => summaryOf(beliefs[group]));
}

/** The central 80 % of each: what more runs can narrow. */
export function coresOf(beliefs: Beliefs): Factors {
  return byGroup((group) => coreOf(beliefs[group]));
}

/** Least ratio of reserved to active where a network decides; null where it decides nowhere. */
function ceilingOf(
  group: FactorGroup,
  brackets: readonly Bracket[],
  active: Coefficients,
  largestMiB: number,
): number | null {
  let least: number | null = null;
  for (const { pieces: own, reservedMiB } of brackets) {
    if (reservedMiB === null) continue;
    const { valueMiB, piece } = evaluate(own, active);
    const { scaledMiB, plainMiB } = loadOf(piece, active);
    if (valueMiB > LEAST_TELLING * largestMiB && piece.group === group && scaledMiB > 0)
      least = Math.min(least ?? Infinity, (reservedMiB - plainMiB) / scaledMiB);
  }
  return least;
}

/**
 * Chance, for each factor on the grid, that the need of one kind of allocations is at most a limit; null where it takes
 * no part.
 * @param largestMiB of the kind in any run; 0 where no setting is to count as remote.
 */
function chancesOf(load: Load, limitMiB: number, largestMiB: number, jitter: number): readonly number[] | null {
  if (load.scaledMiB <= LEAST_TELLING * largestMiB) return null;
  const remote = REMOTE_SHARE * Math.max(0, Math.log2(largestMiB / load.scaledMiB));
  const chances = [...GRID];
  for (let i = 0; i < chances.length; i += 1) {
    const need = phaseNeedMiB(load, at(GRID, i));
    chances[i] = normalCdf((limitMiB - need) / (jitterMiB(need, jitter) + need * remote));
  }
  return chances;
}

/**
 * For each jitter and each factor, the chance that a kind's need is at most each end of the bracket; null where it
 * takes no part.
 */
type Evidence =
  readonly { readonly above: readonly number[] | null; readonly below: readonly number[] | null }[] | null;

function evidenceOf(
  { pieces: own, aboveMiB, belowMiB }: Bracket,
  group: FactorGroup,
  active: Coefficients,
  largestMiB: number,
  jitters: readonly Jitter[],
): Evidence {
  const load = ownLoad(own, group, active);
  if (load.scaledMiB <= LEAST_TELLING * largestMiB) return null;
  const at = (limitMiB: number | null, share: number): readonly number[] | null =>
    limitMiB === null ? null : chancesOf(load, limitMiB, largestMiB, share);
  return jitters.map(({ share }) => ({ above: at(aboveMiB, share), below: at(belowMiB, share) }));
}

/**
 * For each end of a bracket the chance, over what is believed of one kind, that its need is at most that; 1 where it
 * takes no part or the end is open.
 */
type Believed = Readonly<Record<'above' | 'below', number>>;

const CERTAIN: Believed = { above: 1, below: 1 };

function believedBelow(evidence: Evidence, belief: Belief): Believed {
  if (evidence === null) return CERTAIN;
  const believed = { above: 0, below: 0 };
  evidence.forEach(({ above, below }, j) => {
    const weight = at(belief.jitters, j);
    believed.above += weight * (above === null ? 1 : meanOf(above, belief.weights));
    believed.below += weight * (below === null ? 1 : meanOf(below, belief.weights));
  });
  return believed;
}

/** Chance that a generation's need is below a cap, for each factor of one kind on the grid, the others as believed. */
export function chancesBelow(
  settings: GenerationSettings,
  group: FactorGroup,
  capMiB: number,
  active: Coefficients,
  beliefs: Beliefs,
): number[] {
  const planes = pieces(settings);
  const chances = (of: FactorGroup): readonly number[] | null =>
    chancesOf(ownLoad(planes, of, active), capMiB, 0, jitterOf(beliefs[of]));
  const rest = FACTOR_GROUPS.reduce((product, other) => {
    const own = other === group ? null : chances(other);
    return own === null ? product : product * meanOf(own, beliefs[other].weights);
  }, 1);
  const own = chances(group);
  return GRID.map((_, i) => (own?.[i] ?? 1) * rest);
}

/**
 * Bayes' rule over factor and jitter at once; the jitter is then averaged over.
 * @param believed of each bracket, as `evidence` is.
 */
function posterior(
  group: FactorGroup,
  prior: readonly number[],
  evidence: readonly Readonly<Record<FactorGroup, Evidence>>[],
  believed: readonly Readonly<Record<FactorGroup, Believed>>[],
  jitters: readonly Jitter[],
): Belief {
  const joint = jitters.map(({ weight }) => prior.map((density) => density * weight));
  normalise(joint);
  evidence.forEach((kinds, bracket) => {
    const own = kinds[group];
    if (own === null) return;
    const { above: restAbove, below: restBelow } = believedOfOthers(group, believed[bracket]);
    joint.forEach((line, j) => weigh(line, own[j]?.above ?? null, restAbove, own[j]?.below ?? null, restBelow));
    normalise(joint);
  });
  return {
    factors: GRID,
    weights: prior.map((_, i) => joint.reduce((sum, line) => sum + (line[i] ?? 0), 0)),
    jitters: joint.map(sumOf),
  };
}

function believedOfOthers(group: FactorGroup, believed: Readonly<Record<FactorGroup, Believed>> | undefined): Believed {
  const product = { above: 1, below: 1 };
  for (const other of FACTOR_GROUPS) {
    if (other === group) continue;
    product.above *= believed?.[other].above ?? 1;
    product.below *= believed?.[other].below ?? 1;
  }
  return product;
}

/** By the chance that the need is between the two ends of a bracket, in place. */
function weigh(
  line: number[],
  above: readonly number[] | null,
  restAbove: number,
  below: readonly number[] | null,
  restBelow: number,
): void {
  for (let i = 0; i < line.length; i += 1) {
    const likelihood =
      (below === null ? 1 : (below[i] ?? 0) * restBelow) - (above === null ? 0 : (above[i] ?? 0) * restAbove);
    line[i] = (line[i] ?? 0) * (SURPRISE + (1 - 2 * SURPRISE) * Math.max(0, likelihood));
  }
}

/** To a sum of 1, in place: hundreds of runs would multiply to nothing. */
function normalise(joint: readonly number[][]): void {
  let total = 0;
  for (const line of joint) total += sumOf(line);
  for (const line of joint) for (let i = 0; i < line.length; i += 1) line[i] = (line[i] ?? 0) / total;
}

function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] ?? 0;
  return sum;
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
