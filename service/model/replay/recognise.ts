import { at } from '../../base/at.ts';
import type { Steps } from '../../base/steps.ts';
import type { Hints } from '../../hosts/hints.ts';
import type { MeasuredRow } from '../rows.ts';
import type { Explained } from '../spread.ts';
import { lostMiB } from '../static.ts';
import type { AttentionKind, HostTraits, Phase, Replay } from '../types.ts';
import { slicesToFit, type Scores } from '../../networks/attention/scores.ts';
import {
  decoders,
  encodersOf,
  samplingNetworks,
  surroundingsWith,
  USUAL_IN_FLOAT,
  withPrompts,
  type Networks,
  type Surroundings,
} from '../../networks/networks.ts';
import { isHinted } from './hinted.ts';
import { judgeOf, type Judge } from './judge.ts';
import { reservedPeakMiB } from './peaks.ts';
import { replayedMiB } from './replayed-row.ts';

/** Errors this near to the least are no worse: which of them it is, reserved bytes must say. */
const LIKE_SHARE = 1e-3;
/** Reserved bytes are counted in segments of 2 MiB: residuals that differ by less than one in some GiB say nothing. */
const EQUAL_SHARE = 1e-4;
/** A host strays from the replay by so much, so that what explains it about as well as the best may be at work. */
const RIVAL_SHARE = 1e-3;
export const LEAST_ROWS = 3;
/** The largest runs tell most candidates apart; replaying all runs for each would take time. */
const ROWS_TO_CHOOSE_BY = 6;
/**
 * How far a host may stray from the replay, and how well runs follow it: decides between the two where runs are few.
 */
const SCALE_DEVIATION = 0.03;
const OFFSET_DEVIATION_MIB = 40;
const RESIDUAL_SHARE = 0.006;
/**
 * Residuals count by their size, no longer by its square, from here on: one block more or less would draw the rest
 * along.
 */
const LARGE_RESIDUAL = 2 * RESIDUAL_SHARE;
const ROUNDS = 5;

/** A fit by replay, and what it leaves. */
export interface Recognised extends Explained {
  readonly replay: Replay;
}

/** What the host tells of itself. `slackMiB`: left free at idle in the segments of the weights. */
export interface About extends Pick<HostTraits, 'attention' | 'condUncondBatched' | 'resident'> {
  readonly slackMiB: number;
  /** Where to look first. */
  readonly hints: Hints;
}

/**
 * Looks for the known networks whose active bytes are those of the runs, and of those for the ones whose replay comes
 * nearest to the reserved bytes.
 * @returns null where none is like the runs: another family, other extensions at work, or attention that is not known.
 */
export function* recognise(
  active: readonly MeasuredRow[],
  reserved: readonly MeasuredRow[],
  about: About,
): Steps<Recognised | null> {
  const told = exactOnes(reserved);
  const candidates = yield* candidatesOf(active, told, about);
  const like = told.filter((row) => !isOfAny(row, candidates[0]?.unlike ?? []));
  const tried = yield* allFitted(candidates, like.slice(0, ROWS_TO_CHOOSE_BY), about.slackMiB);
  // In the largest runs all but one network may be alike.
  const near = aboutBest(tried).map(({ replay }) => replay.networks);
  return bestFirst(yield* allFitted(near, told, about.slackMiB))[0] ?? null;
}

/** The same, and behind it all others that explain the reserved bytes about as well: what they need may be another. */
export function* recogniseAll(
  active: readonly MeasuredRow[],
  reserved: readonly MeasuredRow[],
  about: About,
): Steps<Recognised[]> {
  const told = exactOnes(reserved);
  const candidates = yield* candidatesOf(active, told, about);
  return aboutBest(bestFirst(yield* allFitted(candidates, told, about.slackMiB)));
}

/**
 * Of networks that a set-up has named, those whose active bytes are those of the runs and that explain the reserved
 * bytes about as well as the best; few runs do, for nothing else is to be told apart.
 */
export function* recogniseAmong(
  named: readonly Networks[],
  active: readonly MeasuredRow[],
  reserved: readonly MeasuredRow[],
  slackMiB: number,
): Steps<Recognised[]> {
  const judge = judgeOf(exactOnes(active));
  const like: LikeRuns[] = [];
  for (const networks of named) {
    const error = yield* judge.errorOf(networks);
    if (error !== null) like.push({ networks, error });
  }
  const near = nearest(like).map(({ networks }) => networks);
  return aboutBest(bestFirst(yield* allFitted(near, exactOnes(reserved), slackMiB)));
}

function aboutBest(all: readonly Recognised[]): Recognised[] {
  const limit = 2 * Math.min(...all.map(sizeOf)) + RIVAL_SHARE;
  return all.filter((one) => sizeOf(one) <= limit);
}

function* candidatesOf(
  active: readonly MeasuredRow[],
  told: readonly MeasuredRow[],
  { attention, condUncondBatched, resident = 'all', hints }: About,
): Steps<Networks[]> {
  const counted = exactOnes(active);
  const all = SCORES[attention]
    .flatMap((scores) => surroundingsWith(scores, resident))
    .flatMap((around) => samplingNetworks(around).map((sampling): Sampling => ({ ...around, ...sampling })))
    .filter(({ evaluated }) => condUncondBatched === null || (evaluated === 2) === condUncondBatched);
  const expected = all.filter((one) => isHinted(one, hints));
  for (const unlike of UNLIKE) {
    const rows = counted.filter((row) => !isOfAny(row, unlike));
    const isEnough = rows.length >= LEAST_ROWS && told.filter((row) => !isOfAny(row, unlike)).length >= LEAST_ROWS;
    if (!isEnough || (unlike.length > 0 && rows.length === counted.length)) continue;
    const judge = judgeOf(rows);
    const hinted = yield* withActiveOf(expected, judge);
    const found = hinted.length > 0 ? hinted : yield* withActiveOf(all, judge);
    if (found.length > 0) return unlike.length === 0 ? found : found.map((networks) => ({ ...networks, unlike }));
  }
  return [];
}

/** Phases that may be like nothing known: one of them leaves the others their replay. The least first. */
const UNLIKE: readonly (readonly Phase[])[] = [
  [],
  ['upscale'],
  ['encode', 'upscale'],
  ['decode', 'upscale'],
  ['encode', 'upscale', 'decode'],
];

/** Whether a figure tells of one of these phases; one of the whole run may tell of any. */
export function isOfAny({ whole, pieces }: MeasuredRow, phases: readonly Phase[]): boolean {
  return phases.length > 0 && (whole || pieces.some(({ phase }) => phases.includes(phase)));
}

type Sampling = Surroundings & Pick<Networks, 'shape' | 'precision' | 'evaluated' | 'copies'>;

/** The usual one, which stands first, unless another leaves less. */
function bestFirst(all: readonly Recognised[]): Recognised[] {
  const limit = Math.min(...all.map(sizeOf)) + EQUAL_SHARE;
  const best = all.find((one) => sizeOf(one) <= limit);
  return best === undefined ? [] : [best, ...all.filter((one) => one !== best)];
}

/** Mean size of the residuals. */
const sizeOf = ({ residuals }: Recognised): number =>
  residuals.reduce((sum, share) => sum + Math.abs(share), 0) / residuals.length;

/** Largest first: most candidates are given up after a row or two. And in one order, whatever that of the runs. */
function exactOnes(rows: readonly MeasuredRow[]): MeasuredRow[] {
  const named = rows.filter((row) => row.kind === 'exact').map((row) => ({ row, name: JSON.stringify(row.settings) }));
  return named.sort((a, b) => b.row.valueMiB - a.row.valueMiB || (a.name < b.name ? -1 : 1)).map(({ row }) => row);
}

/** What attention may keep of its scores; nothing where that is not known enough to be replayed. */
const SCORES: Readonly<Record<AttentionKind, readonly Scores[]>> = {
  fused: ['fused', 'xformers'],
  unfused: ['whole', 'pairs'],
  'sub-quadratic': ['chunks'],
  doggettx: ['slices'],
  invokeai: ['slices-of-heads'],
  adaptive: [],
  unknown: [],
};

/** Whether attention slices its work to fit what is free, in a way that is known. */
export function slicesAttention(attention: AttentionKind): boolean {
  return SCORES[attention].length > 0 && SCORES[attention].every(slicesToFit);
}

/**
 * Of all combinations those whose active bytes are those of the runs, phase by phase: what one phase rules out no other
 * is asked about.
 */
function* withActiveOf(all: readonly Sampling[], judge: Judge): Steps<Networks[]> {
  const found: LikeRuns[] = [];
  for (const sampling of all) {
    const usual: Networks = { ...sampling, decode: 'half', encode: 'half' };
    if ((yield* judge.squares(usual, 'sampling')) === null) continue;
    for (const decode of decoders()) {
      if ((yield* judge.squares({ ...usual, decode }, 'decode')) === null) continue;
      for (const encode of encodersOf({ ...usual, decode })) {
        const networks = { ...usual, decode, encode };
        if (isAnothersTwin(networks)) continue;
        const error = yield* judge.errorOf(networks);
        if (error !== null) found.push({ networks, error });
      }
    }
  }
  const near = nearest(found);
  // What no run shows has the same error to the last bit: the usual one stands first.
  const telling = near.filter(
    ({ networks, error }, i) =>
      near.findIndex((other) => other.error === error && differsOnlyUnseen(other.networks, networks)) === i,
  );
  return telling.flatMap(({ networks }) =>
    networks.kernels.tracksOrder ? [networks] : [networks, { ...networks, copies: true }],
  );
}

/** `error` of their active bytes. */
interface LikeRuns {
  readonly networks: Networks;
  readonly error: number;
}

function nearest(all: readonly LikeRuns[]): LikeRuns[] {
  const limit = 2 * Math.min(...all.map(({ error }) => error)) + LIKE_SHARE;
  return all.filter(({ error }) => error <= limit);
}

/** Encoders, and laws of workspaces in a width that nothing seen computes in. */
function differsOnlyUnseen(a: Networks, b: Networks): boolean {
  const seen = ({ shape, precision, evaluated, decode, scores, kernels }: Networks): string =>
    [shape, precision, evaluated, decode, scores, kernels.tracksOrder, kernels.sdpa].join(' ');
  return seen(a) === seen(b);
}

/** Where nothing computes in 32 bits, one law of workspaces in 32 bits stands for all. */
function isAnothersTwin({ precision, decode, encode, kernels }: Networks): boolean {
  return (
    kernels.tracksOrder && kernels.workspaceInFloat !== USUAL_IN_FLOAT && ![precision, decode, encode].includes('float')
  );
}

/**
 * Scale and offset, drawn towards 1 and what the weights' segments leave free (ridge), by least squares that are
 * weighted anew a few times (Huber 1964).
 */
function* fitted(networks: Networks, rows: readonly MeasuredRow[], slackMiB: number): Steps<Recognised> {
  const points: Point[] = [];
  const lost = lostMiB(networks, slackMiB);
  for (const row of rows) {
    if (isOfAny(row, networks.unlike ?? [])) continue;
    const x = nearestMiB(networks, row, lost) * row.weight;
    points.push({ x, one: row.weight, y: row.valueMiB * row.weight });
    yield;
  }
  let line: Line = { scale: 1, offsetMiB: lost };
  for (let round = 0; round < ROUNDS; round += 1) {
    const trust = points.map((point) => Math.min(1, LARGE_RESIDUAL / Math.abs(residual(point, line))));
    line = leastSquares(points, trust, lost);
  }
  return { by: 'replay', replay: { networks, ...line }, residuals: points.map((point) => residual(point, line)) };
}

/** Whether prompts were read a run does not tell: as it was, so the more likely. */
function nearestMiB(networks: Networks, row: MeasuredRow, besidesMiB: number): number {
  const off = (mib: number): number => Math.abs(mib + besidesMiB - row.valueMiB);
  return withPrompts(networks)
    .map((one) => replayedMiB(reservedPeakMiB, one, row))
    .reduce((nearest, mib) => (off(mib) < off(nearest) ? mib : nearest));
}

function* allFitted(all: readonly Networks[], rows: readonly MeasuredRow[], slackMiB: number): Steps<Recognised[]> {
  const made: Recognised[] = [];
  for (const networks of all) made.push(yield* fitted(networks, rows, slackMiB));
  return made;
}

type Line = Pick<Replay, 'scale' | 'offsetMiB'>;

/** Replayed bytes, 1 MiB and measured bytes, as shares of the total. */
interface Point {
  readonly x: number;
  readonly one: number;
  readonly y: number;
}

const residual = ({ x, one, y }: Point, { scale, offsetMiB }: Line): number => y - scale * x - offsetMiB * one;

/** Two normal equations. */
function leastSquares(points: readonly Point[], trust: readonly number[], slackMiB: number): Line {
  let xx = (RESIDUAL_SHARE / SCALE_DEVIATION) ** 2;
  let oneOne = (RESIDUAL_SHARE / OFFSET_DEVIATION_MIB) ** 2;
  let xOne = 0;
  let xRest = 0;
  let oneRest = oneOne * slackMiB;
  points.forEach(({ x, one, y }, i) => {
    const weight = at(trust, i);
    xx += weight * x * x;
    oneOne += weight * one * one;
    xOne += weight * x * one;
    xRest += weight * x * (y - x);
    oneRest += weight * one * (y - x);
  });
  const determinant = xx * oneOne - xOne * xOne;
  return {
    scale: 1 + (xRest * oneOne - oneRest * xOne) / determinant,
    offsetMiB: (xx * oneRest - xOne * xRest) / determinant,
  };
}
