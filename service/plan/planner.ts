import { emptiesCacheAfterSampling } from '../operations/registry.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { fitOfRuns } from '../model/fit.ts';
import { outputAreaMpx, workMpx } from '../model/geometry.ts';
import { evaluate } from '../model/max-planes.ts';
import { allowedTerms, pieces } from '../model/pieces.ts';
import { slicesAttention } from '../model/replay/scores-of.ts';
import { rowsOf } from '../model/rows.ts';
import type { Fit, Observation } from '../model/types.ts';
import { openOf } from './alike.ts';
import { nextBetween } from './between.ts';
import { candidates } from './candidates.ts';
import { nextOfKnown, nextOfProbe } from './known-networks.ts';
import { nextProbe } from './probe.ts';
import { hashUnit } from './random.ts';
import { highestNeedMiB } from './safe.ts';
import { teacherOf, type Option } from './information.ts';
import { owedOf, owedOutward, owedToOperations } from './owed.ts';
import { isSafe as isSafeSliced, nextCheck, nextSpreadOut } from './slices.ts';
import { PROBE_RUNS } from './telling.ts';
import type { PlannedRun, PlanOptions } from './types.ts';

export type { PlannedRun, PlanOptions };

const RUNS = { probe: PROBE_RUNS, quick: 10, default: 24, thorough: 48 } as const;
/** Share of the runs that are spent under caps, on `required`. */
const PROBE_SHARE = 0.42;
/** One run may do at most this many times the work of the largest before it: the fit grows with the sizes. */
const GROWTH = 6;
const FIRST_WORK_MPX = 0.3;
const RUNS_BEFORE_ANOTHER_OPERATION = 4;

/** How many runs a benchmark takes at the most, the warm-up not counted. */
export function planSize(options: PlanOptions): number {
  return typeof options.budget === 'number' ? Math.max(0, Math.floor(options.budget)) : RUNS[options.budget];
}

/**
 * The next run of a benchmark, chosen for what it teaches; null where all were made, `enough` where more might be and
 * would change no verdict.
 * @param observations all runs of this benchmark so far and no others. The answer depends on nothing else than them and
 *   what was known before, so an interrupted benchmark goes on where it stopped.
 */
export function nextRun(options: PlanOptions, observations: readonly Observation[]): PlannedRun | 'enough' | null {
  if (observations.length >= planSize(options) || options.operations.length === 0) return null;
  const next = options.budget === 'probe' ? nextOfProbe(options, observations) : nextOfKnown(options, observations);
  return next ?? nextToLearn(options, observations);
}

/** The same for whoever does not ask why a benchmark is finished. */
export function planNext(options: PlanOptions, observations: readonly Observation[]): PlannedRun | null {
  const next = nextRun(options, observations);
  return next === 'enough' ? null : next;
}

/** Of networks of which runs alone tell. */
function nextToLearn(options: PlanOptions, observations: readonly Observation[]): PlannedRun | null {
  const size = planSize(options);
  const open = openOf(options, observations, candidates(options));
  const fitted = fitOfRuns(observations, options.traits, options.hints);
  if (!fitted.ok) return firstRuns(options, observations, open);
  const probesWanted = canProbe(options, observations) ? Math.round(size * PROBE_SHARE) : 0;
  if (slicesAttention(options.traits.attention))
    return nextWhereSliced(options, fitted.value, observations, open, size - probesWanted);
  if (observations.length >= size - probesWanted) {
    const probe = nextProbe(options, fitted.value, observations) ?? firstChecks(options, fitted.value, observations);
    if (probe !== null) return probe;
  }
  const owed = owedOf(options, observations, size - probesWanted);
  const isSafe = (settings: GenerationSettings): boolean => isWithin(options, fitted.value, observations, settings);
  const choices = [
    owedOutward(options, fitted.value, owed, open, isSafe),
    owedToOperations(owed, open),
    anchors(options, observations, open),
    open,
  ];
  const settings = firstOf(choices, (choice) =>
    mostTelling(options, fitted.value, observations, choice.filter(isSafe)),
  );
  if (settings !== null) return { settings, capMiB: null };
  return probesWanted === 0 ? null : nextProbe(options, fitted.value, observations);
}

/** A replay that leaves nothing open must still be borne out by runs under caps before it may tell what is required. */
const CHECKS = 4;

function firstChecks(options: PlanOptions, model: Fit, observations: readonly Observation[]): PlannedRun | null {
  return observations.filter(({ capMiB }) => capMiB !== null).length < CHECKS
    ? nextCheck(options, model, observations)
    : null;
}

/**
 * Share of the runs under caps that may be spent on which of the networks are at work: the others show whether their
 * replay is right at all.
 */
const BETWEEN_SHARE = 0.4;

function nextUnderCap(
  options: PlanOptions,
  model: Fit,
  observations: readonly Observation[],
  cappedSize: number,
): PlannedRun | null {
  const capped = observations.filter(({ capMiB }) => capMiB !== null).length;
  return (
    (capped < BETWEEN_SHARE * cappedSize ? nextBetween(options, model, observations) : null) ??
    nextCheck(options, model, observations)
  );
}

function nextWhereSliced(
  options: PlanOptions,
  model: Fit,
  observations: readonly Observation[],
  open: readonly GenerationSettings[],
  uncappedSize: number,
): PlannedRun | null {
  const cappedSize = planSize(options) - uncappedSize;
  const check =
    cappedSize > 0 && observations.length >= uncappedSize
      ? nextUnderCap(options, model, observations, cappedSize)
      : null;
  if (check !== null) return check;
  const mostWorkMpx = largestRunMpx(observations) * GROWTH;
  const isSafe = (one: GenerationSettings): boolean => workMpx(one) <= mostWorkMpx && isSafeSliced(options, model, one);
  const outward = owedOutward(options, model, owedOf(options, observations, uncappedSize), open, isSafe);
  const settings = nextSpreadOut(options, model, observations, outward.length > 0 ? outward : open, mostWorkMpx);
  if (settings !== null) return { settings, capMiB: null };
  return cappedSize === 0 ? null : nextCheck(options, model, observations);
}

function largestRunMpx(observations: readonly Observation[]): number {
  return observations
    .filter((run) => run.outcome === 'ok')
    .reduce((top, run) => Math.max(top, workMpx(run.settings)), FIRST_WORK_MPX);
}

/** Caps teach only where they can be set and the host counts active bytes. */
function canProbe({ caps = true }: PlanOptions, observations: readonly Observation[]): boolean {
  return caps && observations.some((run) => run.activePeakMiB !== null || run.phases !== null);
}

/** Until a fit exists: a small picture, then batches and sizes from small to large. */
function firstRuns(
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

function firstOf<Choice, Found>(choices: readonly Choice[], find: (choice: Choice) => Found | null): Found | null {
  for (const choice of choices) {
    const found = find(choice);
    if (found !== null) return found;
  }
  return null;
}

/** Runs after which the large batch is due: the fit knows by then what it needs. */
const BEFORE_ANCHOR = 4;
/** About 640 x 640 pixels: below, the pools' whole segments blur it. */
const ANCHOR_MPX = 0.39;

/**
 * Sampling's reserve is seen alone only in a large batch of an operation that empties the cache before decoding: until
 * such a run was made, those are what there is to choose from. Empty when it was made or is not due.
 */
function anchors(
  options: PlanOptions,
  observations: readonly Observation[],
  open: readonly GenerationSettings[],
): GenerationSettings[] {
  const emptied = (settings: GenerationSettings): boolean =>
    emptiesCacheAfterSampling(settings) &&
    settings.batchSize >= options.maxBatchSize * 0.75 &&
    outputAreaMpx(settings) >= ANCHOR_MPX;
  const made = observations.some((run) => run.capMiB === null && emptied(run.settings));
  return made || observations.length < BEFORE_ANCHOR || options.maxBatchSize < 2 ? [] : open.filter(emptied);
}

/** Neither a leap in work nor more than what is known to be there. */
function isWithin(
  { limitMiB }: PlanOptions,
  model: Fit,
  observations: readonly Observation[],
  settings: GenerationSettings,
): boolean {
  return (
    workMpx(settings) <= largestRunMpx(observations) * GROWTH &&
    (limitMiB === null || highestNeedMiB(model, settings) <= limitMiB)
  );
}

function mostTelling(
  options: PlanOptions,
  model: Fit,
  observations: readonly Observation[],
  open: readonly GenerationSettings[],
): GenerationSettings | null {
  const { traits, seed } = options;
  const optionOf = (settings: GenerationSettings): Option => {
    const own = pieces(settings);
    return { pieces: own, totalMiB: model.staticMiB + evaluate(own, model.active).valueMiB };
  };
  const all = candidates(options);
  const asked = options.operations.map((operation) =>
    all.filter((settings) => settings.operation === operation).map(optionOf),
  );
  const teachers = (['active', 'reserved'] as const).map((target) => {
    const rows = observations.flatMap((run) => rowsOf(run, target, model.staticMiB));
    return teacherOf(rows, asked, target, model[target], allowedTerms(traits.attention, target));
  });
  let best: GenerationSettings | null = null;
  let bestGain = 0;
  for (const settings of open) {
    const option = optionOf(settings);
    const gain =
      teachers.reduce((sum, teacher) => sum + teacher.gain(option), 0) *
      (1 + 0.05 * hashUnit(seed, JSON.stringify(settings)));
    if (gain > bestGain) {
      bestGain = gain;
      best = settings;
    }
  }
  return best;
}
