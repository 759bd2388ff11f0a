import type { Interval } from './types.ts';

/** An ordinary run: what was estimated of its peak before it began, and what was measured. */
export interface EstimatedRun {
  readonly estimated: Interval;
  readonly measuredMiB: number;
}

/** Mean of measured less estimated over the runs that raised the alarm. */
export interface Drift {
  readonly direction: 'above' | 'below';
  readonly meanMiB: number;
}

/** So many runs in a row outside their intervals on one side are no accident: at 95 % coverage, one in millions. */
export const IN_A_ROW = 5;

/**
 * Whether the environment has moved away from its calibration.
 * @param runs oldest first.
 * @returns the drift where the last five runs all left their interval on the same side; null otherwise.
 */
export function driftOf(runs: readonly EstimatedRun[]): Drift | null {
  const last = runs.slice(-IN_A_ROW);
  if (last.length < IN_A_ROW) return null;
  const meanMiB = last.reduce((sum, run) => sum + run.measuredMiB - run.estimated.valueMiB, 0) / IN_A_ROW;
  if (last.every((run) => run.measuredMiB > run.estimated.highMiB)) return { direction: 'above', meanMiB };
  if (last.every((run) => run.measuredMiB < run.estimated.lowMiB)) return { direction: 'below', meanMiB };
  return null;
}
