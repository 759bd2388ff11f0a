import type { GenerationSettings } from '../protocol/settings.ts';
import { fitOfRuns } from '../model/fit.ts';
import { workMpx } from '../model/geometry.ts';
import { slicesAttention } from '../model/replay/scores-of.ts';
import type { Fit, Observation } from '../model/types.ts';
import { openOf } from './alike.ts';
import { candidates } from './candidates.ts';
import { firstRuns } from './first-runs.ts';
import { nextOfKnown, nextOfProbe } from './known-networks.ts';
import { anchors, mostTelling } from './most-telling.ts';
import { owedOf, owedOutward, owedToOperations } from './owed.ts';
import { nextProbe } from './probe.ts';
import { highestNeedMiB } from './safe.ts';
import { planSize } from './size.ts';
import { nextCheck } from './slices.ts';
import type { PlannedRun, PlanOptions } from './types.ts';
import { nextWhereSliced } from './where-sliced.ts';
import { mostWorkMpx } from './work.ts';

export type { PlannedRun, PlanOptions };

/** Share of the runs that are spent under caps, on `required`. */
const PROBE_SHARE = 0.42;

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

/** Caps teach only where they can be set and the host counts active bytes. */
function canProbe({ caps = true }: PlanOptions, observations: readonly Observation[]): boolean {
  return caps && observations.some((run) => run.activePeakMiB !== null || run.phases !== null);
}

function firstOf<Choice, Found>(choices: readonly Choice[], find: (choice: Choice) => Found | null): Found | null {
  for (const choice of choices) {
    const found = find(choice);
    if (found !== null) return found;
  }
  return null;
}

/** Neither a leap in work nor more than what is known to be there. */
function isWithin(
  { limitMiB }: PlanOptions,
  model: Fit,
  observations: readonly Observation[],
  settings: GenerationSettings,
): boolean {
  return (
    workMpx(settings) <= mostWorkMpx(observations) && (limitMiB === null || highestNeedMiB(model, settings) <= limitMiB)
  );
}
