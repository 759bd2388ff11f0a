import { workMpx } from '../model/geometry.ts';
import type { Observation } from '../model/types.ts';

/** Of the first run, at most. */
export const FIRST_WORK_MPX = 0.3;
/** One run may do at most this many times the work of the largest before it: the fit grows with the sizes. */
const GROWTH = 6;

/** Most that the next run may do. */
export function mostWorkMpx(observations: readonly Observation[]): number {
  return (
    GROWTH *
    observations
      .filter((run) => run.outcome === 'ok')
      .reduce((top, run) => Math.max(top, workMpx(run.settings)), FIRST_WORK_MPX)
  );
}
