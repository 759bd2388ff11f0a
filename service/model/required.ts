import type { GenerationSettings } from '../protocol/settings.ts';
import { GRID, coreOf, JITTERS, jitterOf, normalCdf, priorOf, summaryOf, type Belief, type Jitter } from './belief.ts';
import { evaluate } from './max-planes.ts';
import { dot, pieces, TERMS, type Piece } from './pieces.ts';
import type { Coefficients, Factor, FactorGroup, Observation, Phase } from './types.ts';

export const FACTOR_GROUPS: readonly FactorGroup[] = ['sampling', 'scores', 'encode', 'decode', 'vae-scores'];

/** Where fragments pin segments that cannot be given back, about one more segment of the small pool is needed (torch: 20 MiB). */
const PINNED_MIB = 16;
/** A factor this near to 1 pins nothing; one this much above it pins a whole segment. */
const UNPINNED = 1.02;
const UNPINNED_TO_PINNED = 0.1;
/** A few rounded segments, by which a need strays from its plane whatever its size. */
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

/** Active bytes of one plane, in MiB: those that the factor is of, and those beside them. */
interface Load {
  readonly scaledMiB: number;
  readonly plainMiB: number;
}

const NO_LOAD: Load = { scaledMiB: 0, plainMiB: 0 };

/** Score matrices fill segments of their own, which are kept while others are made; what lies beside them is not. */
function loadOf(piece: Piece, active: Coefficients): Load {
  const allMiB = dot(piece.x, active);
  if (piece.group !== 'scores' && piece.group !== 'vae-scores') return { scaledMiB: allMiB, plainMiB: 0 };
  const scaledMiB = SQUARES.reduce((sum, j) => sum + (piece.x[j] ?? 0) * (active[j] ?? 0), 0);
  return { scaledMiB, plainMiB: allMiB - scaledMiB };
}

const SQUARES: readonly number[] = TERMS.flatMap((term, j) => (term.endsWith('aa') ? [j] : []));

/** MiB above the weights that a phase needs to succeed. */
function phaseNeedMiB({ scaledMiB, plainMiB }: Load, factor: number): number {
  const pinned = Math.max(0, Math.min(1, (factor - UNPINNED) / UNPINNED_TO_PINNED));
  return plainMiB + scaledMiB * factor + PINNED_MIB * pinned;
}

/** Need above the weights of a whole generation, and the phase that decides it. */
export function needMiB(settings: GenerationSettings, active: Coefficients, factorOf: (group: FactorGroup) => number): { readonly valueMiB: number; readonly phase: Phase } {
  let valueMiB = -Infinity;
  let phase: Phase | null = null;
  for (const piece of pieces(settings)) {
    const ownMiB = phaseNeedMiB(loadOf(piece, active), factorOf(piece.group));
    if (ownMiB <= valueMiB) continue;
    valueMiB = ownMiB;
    phase = piece.phase;
  }
  if (phase === null) throw new Error('a generation has at least one phase');
  return { valueMiB, phase };
}

/** Standard deviation of the need about its plane. */
export function jitterMiB(need: number, jitter: number): number {
  return need * jitter + JITTER_MIB;
}

/**
 * What is believed of each kind's factor (need over active bytes), given
 * - runs under a cap, which say only whether the need is below the cap;
 * - uncapped runs, whose reserved bytes are an upper bound of the need.
 * The need is a maximum, so it is below a limit when each kind's is: each is learnt against what is believed
 * of the others at the time, a few times over.
 * @param jitters those that are held possible: the first ones of `JITTERS`.
 */
export function learnBeliefs(observations: readonly Observation[], active: Coefficients, staticMiB: number, jitters: readonly Jitter[] = JITTERS): Beliefs {
  const known = bracketsOf(observations, staticMiB);
  const largestMiB = byGroup((group) => known.reduce((top, bracket) => Math.max(top, ownLoad(bracket.pieces, group, active).scaledMiB), 0));
  const priors = byGroup((group) => priorOf(group, ceilingOf(group, known, active, largestMiB[group])));
  const evidence = known.map((bracket) => byGroup((group) => evidenceOf(bracket, group, active, largestMiB[group], jitters)));
  let current = byGroup((group): Belief => ({ factors: GRID, weights: priors[group], jitters: jitters.map(({ weight }) => weight) }));
  for (let round = 0; round < ROUNDS; round += 1) {
    const others = current;
    current = byGroup((group) => posterior(group, priors[group], evidence, others, jitters));
  }
  return current;
}

function byGroup<T>(of: (group: FactorGroup) => T): Record<FactorGroup, T> {
  return { sampling: of('sampling'), scores: of('scores'), encode: of('encode'), decode: of('decode'), 'vae-scores': of('vae-scores') };
}

export function factorsOf(beliefs: Beliefs): Factors {
  return byGroup((group) => summaryOf(beliefs[group]));
}

/** The central 80 % of each: what more runs can narrow. */
export function coresOf(beliefs: Beliefs): Factors {
  return byGroup((group) => coreOf(beliefs[group]));
}

/** What all runs of the same settings say of their need together: the settings have one need, however often it is asked for. MiB above the weights. */
interface Bracket {
  readonly pieces: readonly Piece[];
  /** The need is more than this; null where no run failed. */
  readonly aboveMiB: number | null;
  /** The need is at most this; null where no run succeeded. */
  readonly belowMiB: number | null;
  /** What an uncapped run reserved; null where there was none. */
  readonly reservedMiB: number | null;
}

function bracketsOf(observations: readonly Observation[], staticMiB: number): Bracket[] {
  const found = new Map<string, Bracket>();
  for (const run of observations) {
    const reservedMiB = run.capMiB === null && run.outcome === 'ok' && run.reservedPeakMiB !== null ? run.reservedPeakMiB - staticMiB : null;
    const limitMiB = run.capMiB === null ? reservedMiB : run.capMiB - staticMiB;
    if (limitMiB === null) continue;
    const text = JSON.stringify(run.settings);
    const before = found.get(text) ?? { pieces: pieces(run.settings), aboveMiB: null, belowMiB: null, reservedMiB: null };
    found.set(text, {
      pieces: before.pieces,
      aboveMiB: run.outcome === 'ok' ? before.aboveMiB : Math.max(before.aboveMiB ?? -Infinity, limitMiB),
      belowMiB: run.outcome === 'ok' ? Math.min(before.belowMiB ?? Infinity, limitMiB) : before.belowMiB,
      reservedMiB: reservedMiB === null ? before.reservedMiB : Math.min(before.reservedMiB ?? Infinity, reservedMiB),
    });
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bracket]) => bracket);
}

/** Least ratio of reserved to active where a network decides; null where it decides nowhere. */
function ceilingOf(group: FactorGroup, brackets: readonly Bracket[], active: Coefficients, largestMiB: number): number | null {
  let least: number | null = null;
  for (const { pieces: own, reservedMiB } of brackets) {
    if (reservedMiB === null) continue;
    const { valueMiB, piece } = evaluate(own, active);
    const { scaledMiB, plainMiB } = loadOf(piece, active);
    if (valueMiB > LEAST_TELLING * largestMiB && piece.group === group && scaledMiB > 0) least = Math.min(least ?? Infinity, (reservedMiB - plainMiB) / scaledMiB);
  }
  return least;
}

/** The largest of one kind in a generation. */
function ownLoad(own: readonly Piece[], group: FactorGroup, active: Coefficients): Load {
  let largest = NO_LOAD;
  for (const piece of own) {
    if (piece.group !== group) continue;
    const load = loadOf(piece, active);
    if (load.scaledMiB > largest.scaledMiB) largest = load;
  }
  return largest;
}

/**
 * Chance, for each factor on the grid, that the need of one kind of allocations is at most a limit; null where it takes no part.
 * @param largestMiB of the kind in any run; 0 where no setting is to count as remote.
 */
function chancesOf(load: Load, limitMiB: number, largestMiB: number, jitter: number): readonly number[] | null {
  if (load.scaledMiB <= LEAST_TELLING * largestMiB) return null;
  const remote = REMOTE_SHARE * Math.max(0, Math.log2(largestMiB / load.scaledMiB));
  return GRID.map((factor) => {
    const need = phaseNeedMiB(load, factor);
    return normalCdf((limitMiB - need) / (jitterMiB(need, jitter) + need * remote));
  });
}

/** For each jitter and each factor, the chance that a kind's need is at most each end of the bracket; null where it takes no part. */
type Evidence = readonly { readonly above: readonly number[] | null; readonly below: readonly number[] | null }[] | null;

function evidenceOf({ pieces: own, aboveMiB, belowMiB }: Bracket, group: FactorGroup, active: Coefficients, largestMiB: number, jitters: readonly Jitter[]): Evidence {
  const load = ownLoad(own, group, active);
  if (load.scaledMiB <= LEAST_TELLING * largestMiB) return null;
  const at = (limitMiB: number | null, share: number): readonly number[] | null => (limitMiB === null ? null : chancesOf(load, limitMiB, largestMiB, share));
  return jitters.map(({ share }) => ({ above: at(aboveMiB, share), below: at(belowMiB, share) }));
}

/** Chance, over what is believed of one kind, that its need is at most an end of the bracket; 1 where it takes no part or the end is open. */
function believedBelow(evidence: Evidence, end: 'above' | 'below', belief: Belief): number {
  if (evidence === null) return 1;
  return evidence.reduce((sum, chances, j) => {
    const own = chances[end];
    return sum + (belief.jitters[j] ?? 0) * (own === null ? 1 : meanOf(own, belief.weights));
  }, 0);
}

/** Chance that a generation's need is below a cap, for each factor of one kind on the grid, the others as believed. */
export function chancesBelow(settings: GenerationSettings, group: FactorGroup, capMiB: number, active: Coefficients, beliefs: Beliefs): number[] {
  const planes = pieces(settings);
  const chances = (of: FactorGroup): readonly number[] | null => chancesOf(ownLoad(planes, of, active), capMiB, 0, jitterOf(beliefs[of]));
  const rest = FACTOR_GROUPS.reduce((product, other) => {
    const own = other === group ? null : chances(other);
    return own === null ? product : product * meanOf(own, beliefs[other].weights);
  }, 1);
  return (chances(group) ?? GRID.map(() => 1)).map((chance) => chance * rest);
}

/** Bayes' rule over factor and jitter at once; the jitter is then averaged over. */
function posterior(group: FactorGroup, prior: readonly number[], evidence: readonly Readonly<Record<FactorGroup, Evidence>>[], others: Beliefs, jitters: readonly Jitter[]): Belief {
  const joint = jitters.map(({ weight }) => Float64Array.from(prior, (density) => density * weight));
  normalise(joint);
  for (const kinds of evidence) {
    const own = kinds[group];
    if (own === null) continue;
    const rest = (end: 'above' | 'below'): number => FACTOR_GROUPS.reduce((product, other) => (other === group ? product : product * believedBelow(kinds[other], end, others[other])), 1);
    const [restAbove, restBelow] = [rest('above'), rest('below')];
    joint.forEach((line, j) => weigh(line, own[j]?.above ?? null, restAbove, own[j]?.below ?? null, restBelow));
    normalise(joint);
  }
  return { factors: GRID, weights: prior.map((_, i) => joint.reduce((sum, line) => sum + (line[i] ?? 0), 0)), jitters: joint.map(sumOf) };
}

/** By the chance that the need is between the two ends of a bracket, in place. */
function weigh(line: Float64Array, above: readonly number[] | null, restAbove: number, below: readonly number[] | null, restBelow: number): void {
  for (let i = 0; i < line.length; i += 1) {
    const likelihood = (below === null ? 1 : (below[i] ?? 0) * restBelow) - (above === null ? 0 : (above[i] ?? 0) * restAbove);
    line[i] = (line[i] ?? 0) * (SURPRISE + (1 - 2 * SURPRISE) * Math.max(0, likelihood));
  }
}

/** To a sum of 1, in place: hundreds of runs would multiply to nothing. */
function normalise(joint: readonly Float64Array[]): void {
  let total = 0;
  for (const line of joint) total += sumOf(line);
  for (const line of joint) for (let i = 0; i < line.length; i += 1) line[i] = (line[i] ?? 0) / total;
}

function sumOf(values: Float64Array): number {
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
