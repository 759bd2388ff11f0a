import type { Steps } from '../base/steps.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { GRID, coreOf, JITTERS, jitterOf, priorOf, summaryOf, type Belief, type Jitter } from './belief.ts';
import { bracketsOf, type Bracket } from './brackets.ts';
import { believedBelow, chancesOf, evidenceOf, LEAST_TELLING, meanOf, type Chances, type Evidence } from './chances.ts';
import { evaluate } from './max-planes.ts';
import { pieces } from './pieces.ts';
import { posterior } from './posterior.ts';
import { FACTOR_GROUPS, loadOf, ownLoad, type Factors } from './required.ts';
import type { Coefficients, FactorGroup, Observation } from './types.ts';

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

/** Chance that a generation's need is below a cap, for each factor of one kind on the grid, the others as believed. */
export function chancesBelow(
  settings: GenerationSettings,
  group: FactorGroup,
  capMiB: number,
  active: Coefficients,
  beliefs: Beliefs,
): Chances {
  const planes = pieces(settings);
  const chances = (of: FactorGroup): Chances | null =>
    chancesOf(ownLoad(planes, of, active), capMiB, jitterOf(beliefs[of]));
  const rest = FACTOR_GROUPS.reduce((product, other) => {
    const own = other === group ? null : chances(other);
    return own === null ? product : product * meanOf(own, beliefs[other].weights);
  }, 1);
  const own = chances(group);
  return GRID.map((_, i) => (own?.[i] ?? 1) * rest);
}
