import { leastNeedMiB } from '../model/known.ts';
import type { Observation } from '../model/types.ts';
import { webuiPeakMiB } from '../recorder/measured.ts';
import type { Run } from '../recorder/run.ts';
import { asLowerBound, withKeptEngines } from './kept-engines.ts';

/**
 * A run as the planner and the fit see it: memory of the WebUI's process. Null where the run tells nothing of memory.
 */
export function observationOf(run: Run): Observation | null {
  if (run.outcome !== 'ok' && run.outcome !== 'oom') return null;
  const { torch, baseline } = run;
  const usableMiB = run.usableMiB ?? run.totalMiB;
  const reservedPeakMiB = webuiPeakMiB(run);
  if (reservedPeakMiB === null) return null;
  return {
    settings: run.settings,
    capMiB: run.capMiB,
    outcome: run.outcome,
    activePeakMiB: torch?.activePeakMiB ?? null,
    reservedPeakMiB,
    phases: torch === null ? null : phasesOf(run),
    allocRetries: torch?.allocRetries ?? null,
    idleSlackMiB:
      baseline.torch === null ? null : Math.max(0, baseline.torch.reservedMiB - baseline.torch.allocatedMiB),
    roomMiB: usableMiB === null || baseline.otherMiB === null ? null : usableMiB - baseline.otherMiB,
    heldMiB: baseline.torch?.allocatedMiB ?? ownBeforeMiB(run),
  };
}

/** All that is used on a device less what is not the process's is its own. */
function ownBeforeMiB({ ownPeakMiB, baseline: { deviceUsedMiB, otherMiB } }: Run): number | null {
  return ownPeakMiB === null || deviceUsedMiB === null || otherMiB === null
    ? null
    : Math.max(0, deviceUsedMiB - otherMiB);
}

/** What came before the first work on pictures is no phase of the model's. */
function phasesOf({ phases }: Run): Observation['phases'] {
  const known = phases.flatMap(({ phase, activePeakMiB, reservedPeakMiB }) =>
    phase === 'start' ? [] : [{ phase, activePeakMiB, reservedPeakMiB }],
  );
  return known.length === 0 ? null : known;
}

/** A fit of so many takes a tenth of a second, in which nothing else is answered. */
const MOST_BENCHMARK_RUNS = 150;
const MOST_ORDINARY_RUNS = 100;
/**
 * Of the same settings and outcome: failures must not push out the success that says what the settings take, nor the
 * other way round.
 */
const ALIKE = 3;

/** Settings that ran out of memory, the newest of them. */
const MOST_FAILED_SETTINGS = 40;

/**
 * What the fit learns from: runs without marks. Where there are too many the oldest are left out. Ordinary generations
 * come in by the thousand with the same settings. A few of each tell as much as all, and leave room for the benchmark's
 * runs.
 */
export function observationsForFit(runs: readonly Run[]): Observation[] {
  const newestFirst = withoutMarks(runs);
  const measured = newestFirst.filter(({ origin }) => origin === 'benchmark').slice(0, MOST_BENCHMARK_RUNS);
  const { bounds, rare } = split(newestFirst);
  return observationsOf(runs, [...measured, ...bounds, ...rare.slice(0, MOST_ORDINARY_RUNS)]);
}

/** @param all oldest first. */
function observationsOf(all: readonly Run[], runs: readonly Run[]): Observation[] {
  const kept = withKeptEngines(all);
  return runs.flatMap((run) => {
    const observation = observationOf(run);
    if (observation === null) return [];
    return observation.outcome === 'ok' && kept.has(run) ? asLowerBound(observation) : observation;
  });
}

/**
 * Ordinary runs that the fit leaves aside because it has enough of their settings, the newest: it is checked by them.
 */
export function observationsLeftOver(runs: readonly Run[]): Observation[] {
  const newestFirst = withoutMarks(runs);
  return observationsOf(runs, split(newestFirst).more.slice(0, MOST_ORDINARY_RUNS));
}

/** Runs that bound what is required, and must outlast the many that came after them. @param runs oldest first. */
export function boundsAmong(runs: readonly Run[]): ReadonlySet<Run> {
  return boundsIn(withoutMarks(runs));
}

/** Newest first. */
function withoutMarks(runs: readonly Run[]): Run[] {
  const unmarked = runs.filter(({ marks }) => marks.length === 0);
  const usual =
    unmarked.findLast(({ origin, condUncondBatched }) => origin === 'benchmark' && condUncondBatched !== null)
      ?.condUncondBatched ?? null;
  return withoutRefuted(runs, usual)
    .filter((run) => run.marks.length === 0 && tellsOf(usual, run))
    .reverse();
}

/**
 * Prompts of unequal length send the conditional and the unconditional pass through the network one after the other,
 * with half the memory: ordinary runs that were batched otherwise than the benchmark's tell nothing of what it
 * measured. But where not even half was there, all was not.
 */
function tellsOf(usual: boolean | null, { origin, outcome, condUncondBatched }: Run): boolean {
  if (origin === 'benchmark' || usual === null || condUncondBatched === null || condUncondBatched === usual)
    return true;
  return usual && outcome === 'oom';
}

/**
 * Without runs that ran out of memory where the same settings, or larger ones, have since run with no more than there
 * was: what was in their way is gone.
 * @param usual whether prompts are batched where a run does not say it; null: where any run was.
 */
function withoutRefuted(runs: readonly Run[], usual: boolean | null): Run[] {
  const unsaid = usual ?? runs.some(({ condUncondBatched }) => condUncondBatched === true);
  const ranWithinMiB = runs.map(ranWithin);
  const batched = runs.map(({ condUncondBatched }) => condUncondBatched ?? unsaid);
  return runs.filter((run, at) => {
    if (run.outcome !== 'oom' || run.capMiB !== null) return true;
    const { roomMiB = null, heldMiB = null } = observationOf(run) ?? {};
    const failure = { settings: run.settings, atMiB: roomMiB ?? Infinity };
    return !runs.some((later, index) => {
      const withinMiB = ranWithinMiB[index] ?? null;
      if (index <= at || withinMiB === null) return false;
      // Not batched it took less than the failure needed.
      const compares = batched[index] === true || batched[at] === false;
      return compares && withinMiB <= leastNeedMiB(later.settings, failure, heldMiB ?? 0);
    });
  });
}

/**
 * Null for a run that says nothing of what is enough. Far from its estimate a run is an outlier, and has run all the
 * same.
 */
function ranWithin(run: Run): number | null {
  if (run.outcome !== 'ok' || run.marks.some((mark) => mark !== 'outlier')) return null;
  return run.capMiB ?? observationOf(run)?.reservedPeakMiB ?? Infinity;
}

/** Ordinary runs: what bounds others, a few of each settings and outcome, and the rest. */
function split(newestFirst: readonly Run[]): { bounds: Run[]; rare: Run[]; more: Run[] } {
  const counts = new Map<string, number>();
  const parts: { bounds: Run[]; rare: Run[]; more: Run[] } = { bounds: [], rare: [], more: [] };
  const bounds = boundsIn(newestFirst);
  for (const run of newestFirst) {
    if (run.origin !== 'ordinary') continue;
    const key = JSON.stringify([run.outcome, run.settings]);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const part = bounds.has(run) ? parts.bounds : count <= ALIKE ? parts.rare : parts.more;
    part.push(run);
  }
  return parts;
}

/**
 * Of failures with the same settings the one that had the most: it says what the others do, and more. And the newest
 * success of these settings: that they have run, and with what.
 */
function boundsIn(newestFirst: readonly Run[]): ReadonlySet<Run> {
  const strongest = new Map<string, { readonly run: Run; readonly hadMiB: number }>();
  for (const run of newestFirst) {
    if (run.outcome !== 'oom' || run.capMiB !== null) continue;
    const observation = observationOf(run);
    const hadMiB = observation?.roomMiB ?? observation?.reservedPeakMiB ?? null;
    // A success that was not batched refutes only those that were not either.
    const key = JSON.stringify([run.settings, run.condUncondBatched]);
    if (hadMiB === null || (strongest.size === MOST_FAILED_SETTINGS && !strongest.has(key))) continue;
    if (hadMiB > (strongest.get(key)?.hadMiB ?? -Infinity)) strongest.set(key, { run, hadMiB });
  }
  const failures = [...strongest.values()].map(({ run }) => run);
  const failed = new Set(failures.map(({ settings }) => JSON.stringify(settings)));
  const ran = new Map<string, Run>();
  for (const run of failed.size === 0 ? [] : newestFirst) {
    const key = JSON.stringify(run.settings);
    if (run.outcome === 'ok' && failed.has(key) && !ran.has(key)) ran.set(key, run);
  }
  return new Set([...failures, ...ran.values()]);
}
