import { PX_PER_MPX } from '../base/units.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { outputAreaMpx, workMpx } from './geometry.ts';
import { isExact } from './rows.ts';
import type { Fit, Observation } from './types.ts';

/** What was run, for a fit that kept these runs of all. */
export function summaryOfRuns(all: readonly Observation[], kept: readonly Observation[]): Pick<Fit, 'domain' | 'runs'> {
  const ran = kept.filter((run) => run.outcome === 'ok').map((run) => run.settings);
  const most = (of: (settings: GenerationSettings) => number): number =>
    ran.reduce((top, settings) => Math.max(top, of(settings)), 0);
  return {
    domain: {
      maxAreaPx: most((settings) => outputAreaMpx(settings)) * PX_PER_MPX,
      maxBatchSize: most((settings) => settings.batchSize),
      maxWorkPx: most(workMpx) * PX_PER_MPX,
    },
    runs: {
      measured: all.filter((run) => run.capMiB === null && isExact(run)).length,
      capped: all.filter((run) => run.capMiB !== null).length,
      censored: all.filter((run) => run.capMiB === null && !isExact(run)).length,
      outliers: all.length - kept.length,
    },
  };
}
