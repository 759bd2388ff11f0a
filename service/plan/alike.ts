import type { GenerationSettings } from '../protocol/settings.ts';
import { isAsLarge, outputAreaMpx, workMpx } from '../model/geometry.ts';
import type { Observation } from '../model/types.ts';
import type { PlanOptions } from './types.ts';

/** Settings this near to a run teach nothing new. */
const SAME_AREA = 1.05;
const SAME_BATCH = 1.2;

function isAlike(a: GenerationSettings, b: GenerationSettings): boolean {
  const ratio = (of: (settings: GenerationSettings) => number): number => Math.max(of(a) / of(b), of(b) / of(a));
  if (a.operation !== b.operation || ratio(({ batchSize }) => batchSize) >= SAME_BATCH) return false;
  return ratio(({ width, height }) => width * height) < SAME_AREA && ratio(outputAreaMpx) < SAME_AREA;
}

/** Whether the host could not run such settings. */
export function hasFailed({ failed = [] }: Pick<PlanOptions, 'failed'>, settings: GenerationSettings): boolean {
  return failed.some((other) => isAlike(settings, other));
}

/** As good as the same settings as a run, or, where that run failed, settings that need at least as much. */
function isAsLargeAs(settings: GenerationSettings, run: Observation): boolean {
  const other = run.settings;
  if (isAlike(settings, other)) return true;
  if (run.outcome === 'ok') return false;
  if (isAsLarge(settings, other)) return true;
  if (settings.operation !== other.operation) return false;
  return settings.batchSize >= other.batchSize && workMpx(settings) >= workMpx(other);
}

/** Those that a run without a cap may still tell something of. */
export function openOf(
  options: Pick<PlanOptions, 'failed'>,
  observations: readonly Observation[],
  among: readonly GenerationSettings[],
): GenerationSettings[] {
  const uncapped = observations.filter(({ capMiB }) => capMiB === null);
  return among.filter(
    (settings) => !hasFailed(options, settings) && !uncapped.some((run) => isAsLargeAs(settings, run)),
  );
}
