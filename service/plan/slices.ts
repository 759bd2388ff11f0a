import type { GenerationSettings } from '../protocol/settings.ts';
import { outputAreaMpx, workMpx } from '../model/geometry.ts';
import { replayedNeed, TOLERANCE } from '../model/replay/need.ts';
import { isExact } from '../model/rows.ts';
import type { Fit, Observation } from '../model/types.ts';
import { hashUnit } from './random.ts';
import type { PlannedRun, PlanOptions } from './types.ts';

/** Runs of another operation show the same networks: they lie this many doublings away. */
const OTHER_OPERATION = 1;
/** A run is made where so much more than its replayed need is there: the replay may be wrong. */
const SAFETY = 1.1;
/** Caps are set this far beside the replayed need: an answer on the other side says that the replay is wrong. */
const BESIDE = 1.5 * TOLERANCE;

/**
 * The next uncapped run where attention slices to fit: there are no planes whose coefficients a run could teach, so
 * runs are spread out (maximin distance: Johnson, Moore and Ylvisaker 1990) over the operation that has the fewest.
 * null where none is left that is safe.
 */
export function nextSpreadOut(
  options: PlanOptions,
  model: Fit,
  observations: readonly Observation[],
  open: readonly GenerationSettings[],
  mostWorkMpx: number,
): GenerationSettings | null {
  const ran = observations.filter(({ capMiB }) => capMiB === null).map(({ settings }) => settings);
  const count = (settings: GenerationSettings): number =>
    ran.filter(({ operation }) => operation === settings.operation).length;
  const ranked = open
    .filter((settings) => workMpx(settings) <= mostWorkMpx)
    .map((settings) => ({ settings, count: count(settings), worth: worthOf(settings, ran, options.seed) }))
    .sort((a, b) => a.count - b.count || b.worth - a.worth);
  return ranked.find(({ settings }) => isSafe(options, model, settings))?.settings ?? null;
}

/** A run under a cap that tells whether the replayed need is right: now a little above it, now a little below. */
export function nextCheck(
  { limitMiB, seed }: PlanOptions,
  { replay, staticMiB, slackMiB }: Fit,
  observations: readonly Observation[],
): PlannedRun | null {
  if (replay === null) return null;
  const capped = observations.filter(({ capMiB }) => capMiB !== null).map(({ settings }) => settings);
  const times = (settings: GenerationSettings): number =>
    capped.filter((one) => JSON.stringify(one) === JSON.stringify(settings)).length;
  const ranked = observations
    .filter((run) => run.capMiB === null && isExact(run))
    .map(({ settings }) => ({ settings, times: times(settings), worth: worthOf(settings, capped, seed) }))
    .sort((a, b) => a.times - b.times || b.worth - a.worth);
  const best = ranked[0];
  if (best === undefined || best.times >= 2) return null;
  const { needMiB } = replayedNeed(replay, best.settings, slackMiB, limitMiB === null ? null : limitMiB - staticMiB);
  const above = (capped.length + best.times) % 2 === 0;
  return { settings: best.settings, capMiB: Math.round((staticMiB + needMiB) * (above ? 1 + BESIDE : 1 - BESIDE)) };
}

export function isSafe(
  { limitMiB }: PlanOptions,
  { replay, staticMiB, slackMiB }: Fit,
  settings: GenerationSettings,
): boolean {
  return (
    limitMiB === null ||
    (replay !== null && staticMiB + SAFETY * replayedNeed(replay, settings, slackMiB).needMiB <= limitMiB)
  );
}

/** How far it lies from the nearest of the others; the seed decides between equals. */
function worthOf(settings: GenerationSettings, others: readonly GenerationSettings[], seed: number): number {
  const least = Math.min(...others.map((other) => distanceOf(settings, other)), Number.MAX_VALUE);
  return least * (1 + 0.05 * hashUnit(seed, JSON.stringify(settings)));
}

/** In doublings of batch size, of the output's area and of the first pass's. */
export function distanceOf(a: GenerationSettings, b: GenerationSettings): number {
  const doublings = (of: (settings: GenerationSettings) => number): number => Math.log2(of(a) / of(b));
  const between = Math.hypot(
    doublings((one) => one.batchSize),
    doublings(outputAreaMpx),
    doublings((one) => one.width * one.height),
  );
  return between + (a.operation === b.operation ? 0 : OTHER_OPERATION);
}
