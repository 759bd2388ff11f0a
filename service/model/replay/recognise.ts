import type { MeasuredRow } from '../rows.ts';
import type { Explained } from '../spread.ts';
import type { AttentionKind, HostTraits, Phase, Replay } from '../types.ts';
import { slicesToFit, type Scores } from './attention/scores.ts';
import {
  decoders,
  encodersOf,
  programName,
  samplingNetworks,
  surroundingsWith,
  USUAL_IN_FLOAT,
  workspaceOf,
  type Networks,
  type Surroundings,
} from './networks.ts';
import { activePeakMiB, reservedPeakMiB, roomsNear } from './peaks.ts';

/**
 * Active bytes of a known network are met this well (root mean square, shares of the total): counters are exact,
 * workspaces are not foreseen.
 */
const ACTIVE_SHARE = 0.01;
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
}

/**
 * Looks for the known networks whose active bytes are those of the runs, and of those for the ones whose replay comes
 * nearest to the reserved bytes.
 * @returns null where none is like the runs: another family, other extensions at work, or attention that is not known.
 */
export function recognise(
  active: readonly MeasuredRow[],
  reserved: readonly MeasuredRow[],
  about: About,
): Recognised | null {
  const told = exactOnes(reserved);
  const tried = candidatesOf(active, told, about).map((networks) =>
    fitted(networks, told.slice(0, ROWS_TO_CHOOSE_BY), about.slackMiB),
  );
  // In the largest runs all but one network may be alike.
  return bestFirst(aboutBest(tried).map(({ replay }) => fitted(replay.networks, told, about.slackMiB)))[0] ?? null;
}

/** The same, and behind it all others that explain the reserved bytes about as well: what they need may be another. */
export function recogniseAll(
  active: readonly MeasuredRow[],
  reserved: readonly MeasuredRow[],
  about: About,
): Recognised[] {
  const told = exactOnes(reserved);
  return aboutBest(
    bestFirst(candidatesOf(active, told, about).map((networks) => fitted(networks, told, about.slackMiB))),
  );
}

function aboutBest(all: readonly Recognised[]): Recognised[] {
  const limit = 2 * Math.min(...all.map(sizeOf)) + RIVAL_SHARE;
  return all.filter((one) => sizeOf(one) <= limit);
}

function candidatesOf(
  active: readonly MeasuredRow[],
  told: readonly MeasuredRow[],
  { attention, condUncondBatched, resident = 'all' }: About,
): Networks[] {
  const counted = exactOnes(active);
  return counted.length < LEAST_ROWS || told.length < LEAST_ROWS
    ? []
    : withActiveOf(
        SCORES[attention].flatMap((scores) => surroundingsWith(scores, resident)),
        counted,
        condUncondBatched,
      );
}

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
function withActiveOf(
  surroundings: readonly Surroundings[],
  rows: readonly MeasuredRow[],
  condUncondBatched: boolean | null,
): Networks[] {
  const judge = judgeOf(rows);
  const found: { networks: Networks; error: number }[] = [];
  for (const around of surroundings) {
    for (const sampling of samplingNetworks(around)) {
      const usual: Networks = { ...around, ...sampling, decode: 'half', encode: 'half' };
      if (condUncondBatched !== null && (sampling.evaluated === 2) !== condUncondBatched) continue;
      if (judge.squares(usual, 'sampling') === null) continue;
      for (const decode of decoders()) {
        if (judge.squares({ ...usual, decode }, 'decode') === null) continue;
        for (const encode of encodersOf({ ...usual, decode })) {
          const networks = { ...usual, decode, encode };
          if (isAnothersTwin(networks)) continue;
          const error = judge.errorOf(networks);
          if (error !== null) found.push({ networks, error });
        }
      }
    }
  }
  const limit = 2 * Math.min(...found.map(({ error }) => error)) + LIKE_SHARE;
  const near = found.filter(({ error }) => error <= limit);
  // What no run shows has the same error to the last bit: the usual one stands first.
  const telling = near.filter(
    ({ networks, error }, i) =>
      near.findIndex((other) => other.error === error && differsOnlyUnseen(other.networks, networks)) === i,
  );
  return telling.flatMap(({ networks }) =>
    networks.kernels.tracksOrder ? [networks] : [networks, { ...networks, copies: true }],
  );
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

type Part = 'sampling' | 'decode' | 'encode';
const PARTS: readonly Part[] = ['sampling', 'decode', 'encode'];
const PHASES_OF: Readonly<Record<Part, readonly Phase[]>> = {
  sampling: ['sampling', 'hires_sampling'],
  decode: ['decode'],
  encode: ['encode'],
};

/**
 * Judges by the active bytes' errors, as shares of the total: in one network's own phases, asked once of each program
 * under each law, or in all.
 */
interface Judge {
  /** The sum of their squares; null where it is too large. */
  squares(networks: Networks, part: Part): number | null;
  /** Root mean square; null where it is too large. */
  errorOf(networks: Networks): number | null;
}

function judgeOf(rows: readonly MeasuredRow[]): Judge {
  const known = new Map<string, number | null>();
  const isOf = (part: Part) => (row: MeasuredRow) =>
    !row.whole && row.pieces.every((piece) => PHASES_OF[part].includes(piece.phase));
  const own = {
    sampling: rows.filter(isOf('sampling')),
    decode: rows.filter(isOf('decode')),
    encode: rows.filter(isOf('encode')),
  };
  const others = rows.filter((row) => !PARTS.some((part) => isOf(part)(row)));
  const squares = (networks: Networks, part: Part): number | null => {
    const name = `${programName(networks, part)} ${workspaceOf(networks, part)}`;
    const asked = known.get(name);
    if (asked !== undefined) return asked;
    const sum = squaresOf(networks, own[part], 0, own[part].length);
    known.set(name, sum);
    return sum;
  };
  return {
    squares,
    errorOf: (networks) => {
      let sum = 0;
      for (const part of PARTS) {
        const ofPart = squares(networks, part);
        if (ofPart === null) return null;
        sum += ofPart;
      }
      const all = squaresOf(networks, others, sum, rows.length);
      return all === null ? null : Math.sqrt(all / rows.length);
    },
  };
}

/** Squares of the errors of rows, added to those of others, `count` in all. */
function squaresOf(networks: Networks, rows: readonly MeasuredRow[], others: number, count: number): number | null {
  const most = count * ACTIVE_SHARE ** 2;
  let sum = others;
  for (const row of rows) {
    sum += ((replayedMiB(activePeakMiB, networks, row) - row.valueMiB) * row.weight) ** 2;
    if (sum > most) return null;
  }
  return sum;
}

/**
 * Just where attention changes the number of its slices a few MiB of room decide: of the peaks on either side the
 * nearer one was meant.
 */
function replayedMiB(peakMiB: typeof activePeakMiB, networks: Networks, row: MeasuredRow): number {
  const [knownRoomMiB = Infinity, ...others] = roomsNear(networks, row.roomMiB ?? Infinity);
  const peakAt = (roomMiB: number): number => peakMiB(networks, row.settings, phasesOf(row), roomMiB);
  const away = (replayed: number): number => Math.abs(replayed - row.valueMiB);
  const first = peakAt(knownRoomMiB);
  if (away(first) * row.weight < ACTIVE_SHARE) return first;
  return others.map(peakAt).reduce((nearest, one) => (away(one) < away(nearest) ? one : nearest), first);
}

/** The phases that a row counts; null = all, which spares the replay those that cannot win. */
function phasesOf(row: MeasuredRow): ReadonlySet<Phase> | null {
  return row.whole ? null : new Set(row.pieces.map((piece) => piece.phase));
}

/**
 * Scale and offset, drawn towards 1 and what the weights' segments leave free (ridge), by least squares that are
 * weighted anew a few times (Huber 1964).
 */
function fitted(networks: Networks, rows: readonly MeasuredRow[], slackMiB: number): Recognised {
  const points = rows.map((row) => ({
    x: replayedMiB(reservedPeakMiB, networks, row) * row.weight,
    one: row.weight,
    y: row.valueMiB * row.weight,
  }));
  let line: Line = { scale: 1, offsetMiB: slackMiB };
  for (let round = 0; round < ROUNDS; round += 1) {
    const trust = points.map((point) => Math.min(1, LARGE_RESIDUAL / Math.abs(residual(point, line))));
    line = leastSquares(points, trust, slackMiB);
  }
  return { by: 'replay', replay: { networks, ...line }, residuals: points.map((point) => residual(point, line)) };
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
    const weight = trust[i] ?? 0;
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
