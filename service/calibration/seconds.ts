/** What a person's generation takes, told by runs: nothing is guessed. */
import { median } from 'simple-statistics';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { Run } from '../recorder/run.ts';
import { fitTime, predictMs, workMpxOf } from './time.ts';

/** People change their steps and samplers: the latest count. */
const LATEST = 5;
const MS = 1000;

/**
 * A benchmark's runs have two steps and tell how time grows with the pictures; a person's own tell how many times as
 * long theirs take.
 * @param own runs of the set-up in force.
 * @param runs of the set-up that is asked of.
 * @returns null where either was not timed.
 */
export function secondsOf(own: readonly Run[], runs: readonly Run[], settings: GenerationSettings): number | null {
  const [timedNow, timed] = [fitTime(own), fitTime(runs)];
  if (timedNow === null || timed === null) return null;
  const times = own
    .filter(({ origin, outcome, marks }) => origin !== 'benchmark' && outcome === 'ok' && marks.length === 0)
    .slice(-LATEST)
    .map((run) => run.durationMs / predictMs(timedNow, workMpxOf(run.settings)));
  return times.length === 0 ? null : (median(times) * predictMs(timed, workMpxOf(settings))) / MS;
}
