/**
 * Whether idle memory grows from run to run, told from noise.
 *
 * Two kinds of noise are ruled out, by a test each. Figures that move about one level (readings of the device, a
 * desktop) come in any order: Kendall's exact test. Figures whose level itself wanders (a browser, a cache) or rises by
 * a few large steps and stays there pass that one; their steps are as often down as up, or most of the rise lies in
 * few: Student's test of the mean step. Figures that settle (glibc's heap in its first runs) fail it too. A leak of 10
 * MiB a run among readings that move by 2 MiB passes both after 8 or 9 runs.
 */
import { at } from '../base/at.ts';
import { mean, median, sampleStandardDeviation } from 'simple-statistics';
import { kendallTail } from './kendall.ts';
import { studentTail } from './student.ts';

export interface Trend {
  /** Of the steps, from the first that it is seen in. */
  readonly from: number;
  readonly perRunMiB: number;
}

/** So likely may noise look like this at most. It is asked after each run of a session: there is 1 in some 10,000. */
const MOST_LIKELY = 1e-4;
/** What a person would notice after an evening. */
const LEAST_PER_RUN_MIB = 4;
/** The latest so many steps are looked at; of fewer than 7 Kendall's test could not be so sure. */
const WINDOWS = [7, 8, 9, 10, 12, 16, 24, 32, 48, 64];
/** Of one cent of a MiB: figures are rounded to that. */
const CENTS = 100;

/** @param growthsMiB step by step, the latest last; null where they do not grow. */
export function trendOf(growthsMiB: readonly number[]): Trend | null {
  const length = WINDOWS.find((one) => one <= growthsMiB.length && isRise(growthsMiB.slice(-one)));
  if (length === undefined) return null;
  const from = beginning(growthsMiB, growthsMiB.length - length);
  return { from, perRunMiB: slopeOf(levelsOf(growthsMiB.slice(from))) };
}

function isRise(growthsMiB: readonly number[]): boolean {
  const perRunMiB = mean([...growthsMiB]);
  if (perRunMiB < LEAST_PER_RUN_MIB) return false;
  const deviation = sampleStandardDeviation([...growthsMiB]);
  const n = growthsMiB.length;
  const isSteady = deviation === 0 || studentTail((perRunMiB * Math.sqrt(n)) / deviation, n - 1) <= MOST_LIKELY;
  return isSteady && kendallTail(levelsOf(growthsMiB)) <= MOST_LIKELY;
}

/** What was held, as far as like runs raised it; one figure more than there are steps. */
function levelsOf(growthsMiB: readonly number[]): number[] {
  const levels = [0];
  for (const growthMiB of growthsMiB) levels.push(at(levels, levels.length - 1) + growthMiB);
  return levels.map((mib) => Math.round(mib * CENTS) / CENTS);
}

/** The median of the slopes of all pairs (Theil, 1950; Sen, 1968): no single reading decides it. */
function slopeOf(levels: readonly number[]): number {
  return median(
    levels.flatMap((later, at) => levels.slice(0, at).map((earlier, from) => (later - earlier) / (at - from))),
  );
}

/** Where steps of nothing before and of their median behind are least far off; not after `latest`. */
function beginning(growthsMiB: readonly number[], latest: number): number {
  let best = { from: latest, offMiB: Infinity };
  for (let from = 0; from <= latest; from += 1) {
    const rise = growthsMiB.slice(from);
    const perRunMiB = median(rise);
    const offMiB =
      growthsMiB.slice(0, from).reduce((sum, one) => sum + Math.abs(one), 0) +
      rise.reduce((sum, one) => sum + Math.abs(one - perRunMiB), 0);
    if (offMiB < best.offMiB) best = { from, offMiB };
  }
  return best.from;
}
