import type { Run } from '../recorder/run.ts';
import { driftSince } from './outliers.ts';

/**
 * Adds the mark `superseded` to what a benchmark has replaced: where the drift alarm stood when it began, all from
 * before the drift is of a set-up that is no more, and would pull the fit away from what was measured since.
 * @param runs of one key, oldest first; those that have the mark keep it.
 */
export function markSuperseded(runs: readonly Run[]): Run[] {
  let from = 0;
  runs.forEach(({ origin }, at) => {
    if (origin !== 'benchmark' || runs[at - 1]?.origin === 'benchmark') return;
    const drift = driftSince(runs.slice(from, at));
    if (drift !== null)
      from = runs.findIndex(({ startedAtMs }, index) => index >= from && startedAtMs >= drift.sinceMs);
  });
  return runs.map((run, at) =>
    at < from && !run.marks.includes('superseded') ? { ...run, marks: [...run.marks, 'superseded'] } : run,
  );
}
