/**
 * What more there is to run where a set-up names its networks. They are known, so runs need not teach them: they tell
 * apart what was left open (telling.ts), and bear the rest out.
 */
import { atOnce } from '../base/steps.ts';
import { isAsLarge, workMpx } from '../model/geometry.ts';
import { isExact } from '../model/rows.ts';
import { fitByFew } from '../model/unmeasured/few-runs.ts';
import { fitOfNetworks } from '../model/unmeasured/unmeasured.ts';
import type { Observation } from '../model/types.ts';
import { stageGroups } from '../operations/registry.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { nextBetween } from './between.ts';
import { checksOf, isBelow } from './borne-out.ts';
import { candidates } from './candidates.ts';
import { largestWithin, needOf } from './needs.ts';
import { isSmall, nextTelling, PROBE_RUNS, tellingWithin } from './telling.ts';
import type { Belief, PlannedRun, PlanOptions } from './types.ts';

/** Runs under caps beyond a pair for each phase: further down where one succeeded below. */
const MOST_FURTHER = 3;
/** The same between what two networks need: what those leave open the intervals reach over. */
const MOST_BETWEEN = 2;
/** A run needs at least this share of the most that is safe: what holds there holds for all between. */
const FAR_SHARE = 0.75;

/**
 * What is believed of the networks that the set-up names, before any run too; null where it names none, or the runs
 * are not like them.
 */
function beliefOf({ traits, hints }: PlanOptions, observations: readonly Observation[]): Belief | null {
  const told = hints?.networks ?? null;
  if (hints === undefined || told === null) return null;
  const fit =
    observations.length === 0 ? fitOfNetworks(told, traits, hints.card) : atOnce(fitByFew(observations, traits, hints));
  return fit === null || fit.replay === null ? null : { ...fit, replay: fit.replay };
}

/**
 * The next run, `enough` where no further one could change a verdict near the edge, or null where the runs so far are
 * not like the networks that were named, or not near enough: then they must be learnt from runs.
 *
 * Of a known network a verdict can only be wrong where another of those that may be meant is at work, or where the
 * replay of one of its phases does not hold on this card. So it is enough once every phase that was asked for has been
 * seen as replayed, the most that is safe too, no two that are left need differently, and in each phase that rules
 * what is required a run under a cap above it has succeeded and one below it has failed.
 */
export function nextOfKnown(options: PlanOptions, observations: readonly Observation[]): PlannedRun | 'enough' | null {
  const all = [...(options.before ?? []), ...observations];
  const ofAll = beliefOf(options, all);
  // What was run before may be of what is no more.
  const [belief, seen] = ofAll === null ? [beliefOf(options, observations), observations] : [ofAll, all];
  if (belief === null || belief.replay.strayAbove > 0) return null;
  const exact = seen.filter((run) => run.capMiB === null && isExact(run));
  const settings =
    (exact.length < PROBE_RUNS ? nextTelling(options, belief, seen) : null) ??
    unseenPhases(options, exact, seen) ??
    outward(options, belief, exact, observations);
  if (settings !== null) return { settings, capMiB: null };
  if (options.caps === false) return 'enough';
  return nextCapped(options, belief, seen, observations);
}

/** Those that bear the replay out first, and then between such as are left. */
function nextCapped(
  options: PlanOptions,
  belief: Belief,
  seen: readonly Observation[],
  own: readonly Observation[],
): PlannedRun | 'enough' | null {
  const checks = checksOf(options, belief, seen);
  const check = checks.find(({ isMade }) => !isMade);
  const capped = own.filter(({ capMiB }) => capMiB !== null);
  // Each is asked for once, for the same again would end as before; what succeeded below asks for another.
  const further = capped.filter((run) => run.outcome === 'ok' && isBelow(options, belief, run)).length;
  const left = checks.length + Math.min(further, MOST_FURTHER) - capped.length;
  if (left > 0 && check !== undefined) return check.planned;
  if (check !== undefined && belief.replay.strayBelow > 0) return null;
  return (left > -MOST_BETWEEN ? nextBetween(options, belief, seen) : null) ?? 'enough';
}

/** The next of a probe's small runs; null where the set-up names no networks, or its runs are not like them. */
export function nextOfProbe(options: PlanOptions, observations: readonly Observation[]): PlannedRun | null {
  const belief = beliefOf(options, observations);
  const settings = belief === null ? null : nextTelling(options, belief, observations);
  return settings === null ? null : { settings, capMiB: null };
}

/**
 * Settings with the most phases that no run has shown, the smallest of them: it takes the least time. An operation all
 * of whose phases others have shown needs none of its own: the same networks are at the same work.
 */
function unseenPhases(
  options: PlanOptions,
  exact: readonly Observation[],
  all: readonly Observation[],
): GenerationSettings | null {
  const seen = new Set(exact.flatMap(({ settings }) => phasesOf(settings)));
  const unseen = (settings: GenerationSettings): number => phasesOf(settings).filter((name) => !seen.has(name)).length;
  const [most] = tellingWithin(options, all)
    .map((settings) => ({ settings, count: unseen(settings) }))
    .sort((a, b) => b.count - a.count || workMpx(a.settings) - workMpx(b.settings));
  return most === undefined || most.count === 0 ? null : most.settings;
}

function phasesOf(settings: GenerationSettings): string[] {
  return stageGroups(settings)
    .flat()
    .map(({ phase, network }) => `${phase} ${network}`);
}

/** Where the first ran out of memory, something smaller. */
const MOST_OUTWARD = 2;

/** The most that is safe to run, unless a run was about as large, or this benchmark has tried. */
function outward(
  options: PlanOptions,
  belief: Belief,
  ran: readonly Observation[],
  own: readonly Observation[],
): GenerationSettings | null {
  const tried = own.filter(({ settings, capMiB }) => capMiB === null && !isSmall(settings));
  if (tried.some(isExact) || tried.length >= MOST_OUTWARD) return null;
  const open = candidates(options).filter((settings) => !tried.some((run) => isAsLarge(settings, run.settings)));
  const top = largestWithin(options, belief, open);
  if (top === null) return null;
  const isNear = ({ settings }: Observation): boolean => needOf(belief, settings) >= FAR_SHARE * top.needMiB;
  return ran.some(isNear) ? null : top.settings;
}
