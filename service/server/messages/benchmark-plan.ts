import type { Planner } from '../../benchmark/course.ts';
import { gapMsOf, guessTime, predictMs, timedFit, typicalWorkMpx } from '../../calibration/time.ts';
import { traitsOf } from '../../hosts/hosts.ts';
import type { HostTraits } from '../../protocol/host.ts';
import type { BenchmarkOptions } from '../../protocol/benchmark.ts';
import type { ToViewerMessage } from '../../protocol/viewer.ts';
import { inForce, type Parts } from '../parts.ts';

type Plan = Pick<Extract<ToViewerMessage, { type: 'benchmark-plan' }>, 'runs' | 'minutes'>;

const UNKNOWN_TRAITS: HostTraits = {
  attention: 'unknown',
  condUncondBatched: null,
  decodesBatch: null,
  staticMiB: null,
};

/** How many runs a benchmark would make, and how long it would take. */
export function planOf(chosen: BenchmarkOptions, parts: Pick<Parts, 'link' | 'histories'>, planner: Planner): Plan {
  const { host } = parts.link;
  const traits = host === null ? UNKNOWN_TRAITS : traitsOf(host.environment);
  const runs = planner.planSize({ ...chosen, limitMiB: null, seed: 0, traits });
  const keyed = inForce(parts);
  const timedRuns = keyed === null ? [] : parts.histories.of(keyed.keyHash).runs;
  const time = timedFit(timedRuns, guessTime(host?.environment.device.backend ?? null));
  if (time === null) return { runs, minutes: null };
  const runMs = predictMs(time, typicalWorkMpx(chosen)) + gapMsOf(timedRuns);
  // One more than planned: the warm-up.
  return { runs, minutes: Math.max(1, Math.round(((runs + 1) * runMs) / 60_000)) };
}
