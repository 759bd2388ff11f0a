import type { GenerationSettings } from '../protocol/settings.ts';
import { workMpx } from '../model/geometry.ts';
import type { Observation } from '../model/types.ts';
import type { PlannedRun, PlanOptions } from './types.ts';
import { FIRST_WORK_MPX } from './work.ts';

const RUNS_BEFORE_ANOTHER_OPERATION = 4;

/** Until a fit exists: a small picture, then batches and sizes from small to large. */
export function firstRuns(
  options: PlanOptions,
  observations: readonly Observation[],
  open: readonly GenerationSettings[],
): PlannedRun | null {
  const ladder = [...open]
    .filter((settings) => settings.width === settings.height)
    .sort((a, b) => workMpx(a) - workMpx(b));
  const wanted = observations.length === 0 ? FIRST_WORK_MPX / 2 : FIRST_WORK_MPX * 2 ** observations.length;
  const batches = observations.length % 2 === 1;
  const mostBatch = Math.max(...open.map((settings) => settings.batchSize));
  // A host that cannot run one operation's settings as asked may run another's.
  const operation =
    options.operations[Math.floor(observations.length / RUNS_BEFORE_ANOTHER_OPERATION) % options.operations.length];
  const eligible = ladder.filter(
    (settings) =>
      settings.operation === operation &&
      (batches ? settings.batchSize >= Math.min(3, mostBatch) : settings.batchSize === 1),
  );
  const from = eligible.length > 0 ? eligible : ladder;
  const settings = from.filter((candidate) => workMpx(candidate) <= wanted).at(-1) ?? from[0];
  return settings === undefined ? null : { settings, capMiB: null };
}
