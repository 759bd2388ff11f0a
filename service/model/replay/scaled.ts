import { at } from '../../base/at.ts';
import type { Steps } from '../../base/steps.ts';
import { withPrompts, type Networks } from '../../networks/networks.ts';
import type { MeasuredRow } from '../rows.ts';
import type { Explained } from '../spread.ts';
import { lostMiB } from '../static.ts';
import type { Replay } from '../types.ts';
import { reservedPeakMiB } from './peaks.ts';
import { isOfAny, replayedMiB } from './replayed-row.ts';

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

/** Of each of them the fit to the reserved bytes. */
export function* allFitted(
  all: readonly Networks[],
  rows: readonly MeasuredRow[],
  slackMiB: number,
): Steps<Recognised[]> {
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
