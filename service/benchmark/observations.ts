import { isAsLarge } from '../model/geometry.ts';
import type { Observation } from '../model/types.ts';
import { webuiPeakMiB } from '../recorder/measured.ts';
import type { Run } from '../recorder/run.ts';

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
    idleSlackMiB: baseline.torch === null ? null : Math.max(0, baseline.torch.reservedMiB - baseline.torch.allocatedMiB),
    roomMiB: usableMiB === null || baseline.otherMiB === null ? null : usableMiB - baseline.otherMiB,
    heldMiB: baseline.torch?.allocatedMiB ?? ownBeforeMiB(run),
  };
}

/** All that is used on a device less what is not the process's is its own. */
function ownBeforeMiB({ ownPeakMiB, baseline: { deviceUsedMiB, otherMiB } }: Run): number | null {
  return ownPeakMiB === null || deviceUsedMiB === null || otherMiB === null ? null : Math.max(0, deviceUsedMiB - otherMiB);
}

/** What came before the first work on pictures is no phase of the model's. */
function phasesOf({ phases }: Run): Observation['phases'] {
  const known = phases.flatMap(({ phase, activePeakMiB, reservedPeakMiB }) => (phase === 'start' ? [] : [{ phase, activePeakMiB, reservedPeakMiB }]));
  return known.length === 0 ? null : known;
}

/** A fit of so many takes a tenth of a second, in which nothing else is answered. */
const MOST_BENCHMARK_RUNS = 150;
const MOST_ORDINARY_RUNS = 100;
/** Of the same settings and outcome: failures must not push out the success that says what the settings take, nor the other way round. */
const ALIKE = 3;

/**
 * What the fit learns from: runs with nothing against them, the newest first to stay. Ordinary generations come in by the thousand with the
 * same settings: a few of each tell as much as all of them, and must not push the benchmark's runs out.
 */
export function observationsForFit(runs: readonly Run[]): Observation[] {
  const newestFirst = withoutMarks(runs);
  const measured = newestFirst.filter(({ origin }) => origin === 'benchmark').slice(0, MOST_BENCHMARK_RUNS);
  return [...measured, ...split(newestFirst).rare.slice(0, MOST_ORDINARY_RUNS)].flatMap((run) => observationOf(run) ?? []);
}

/** Ordinary runs that the fit leaves aside because it has enough of their settings, the newest of them: what it can be checked by. */
export function observationsLeftOver(runs: readonly Run[]): Observation[] {
  const newestFirst = withoutMarks(runs);
  return split(newestFirst).more.slice(0, MOST_ORDINARY_RUNS).flatMap((run) => observationOf(run) ?? []);
}

/**
 * Newest first. Prompts of unequal length send the conditional and the unconditional pass through the network one after the other, with
 * half the memory: ordinary runs that were batched otherwise than the benchmark's tell nothing of what it measured.
 */
function withoutMarks(runs: readonly Run[]): Run[] {
  const newestFirst = withoutRefuted(runs).filter(({ marks }) => marks.length === 0).reverse();
  const usual = newestFirst.find(({ origin, condUncondBatched }) => origin === 'benchmark' && condUncondBatched !== null)?.condUncondBatched ?? null;
  return newestFirst.filter(({ origin, condUncondBatched }) => origin === 'benchmark' || usual === null || condUncondBatched === null || condUncondBatched === usual);
}

/**
 * Without runs that ran out of memory where the same settings, or larger ones, have since run with no more than there was:
 * what was in their way is gone.
 */
function withoutRefuted(runs: readonly Run[]): Run[] {
  return runs.filter((run, at) => {
    if (run.outcome !== 'oom' || run.capMiB !== null) return true;
    const hadMiB = observationOf(run)?.roomMiB ?? Infinity;
    return !runs.slice(at + 1).some((later) => ranWithin(later, hadMiB) && isAsLarge(later.settings, run.settings));
  });
}

/** Far from its estimate a run is an outlier, and has run all the same. */
function ranWithin(run: Run, limitMiB: number): boolean {
  if (run.outcome !== 'ok' || run.marks.some((mark) => mark !== 'outlier')) return false;
  return (run.capMiB ?? observationOf(run)?.reservedPeakMiB ?? Infinity) <= limitMiB;
}

function split(newestFirst: readonly Run[]): { rare: Run[]; more: Run[] } {
  const counts = new Map<string, number>();
  const parts: { rare: Run[]; more: Run[] } = { rare: [], more: [] };
  const strongest = strongestFailures(newestFirst);
  for (const run of newestFirst) {
    if (run.origin !== 'ordinary') continue;
    const key = JSON.stringify([run.outcome, run.settings]);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    (count <= ALIKE || strongest.has(run) ? parts.rare : parts.more).push(run);
  }
  return parts;
}

/** Of failures with the same settings the one that had the most: it says what the others do, and more. */
function strongestFailures(runs: readonly Run[]): ReadonlySet<Run> {
  const found = new Map<string, { readonly run: Run; readonly hadMiB: number }>();
  for (const run of runs) {
    const hadMiB = run.outcome === 'oom' && run.capMiB === null ? (observationOf(run)?.roomMiB ?? null) : null;
    const key = JSON.stringify(run.settings);
    if (hadMiB !== null && hadMiB > (found.get(key)?.hadMiB ?? -Infinity)) found.set(key, { run, hadMiB });
  }
  return new Set([...found.values()].map(({ run }) => run));
}
