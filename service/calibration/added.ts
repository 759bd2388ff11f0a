/** From stored runs with add-ons to what those take: nothing more is stored of it. */
import { memoised } from '../base/memo.ts';
import type { AddedRun, AddOnPart, AddOns } from '../estimate/add-ons.ts';
import { estimate } from '../estimate/estimate.ts';
import { addOnsIn, usualSizeIn, type AddOn } from '../hosts/add-ons.ts';
import { activeMiB } from '../model/active.ts';
import { isAsLarge } from '../model/geometry.ts';
import { failedAtMiB } from '../model/known.ts';
import type { Fit, KnownRun } from '../model/types.ts';
import type { UsualSize } from '../protocol/estimate.ts';
import type { Mark } from '../protocol/run.ts';
import type { Run } from '../recorder/run.ts';
import type { Calibration } from './calibration.ts';
import { observationOf } from './observations.ts';

type Known = Pick<Calibration, 'fit' | 'ownRuns' | 'key'>;

/** Models and units change: the latest count. */
const LATEST = 20;

/** @param texts names, as runs and pages tell them. Null where none of them takes memory, or nothing can be said. */
export function addOnsOf(known: Known, texts: readonly string[]): AddOns | null {
  const asked = addOnsIn(texts);
  if (asked.length === 0 || known.fit === null) return null;
  const together = toldOf(known, asked);
  const parts =
    together.runs.length > 0 || together.failures.length > 0 || asked.length === 1
      ? [partOf(known, asked, together)]
      : asked.map((one) => partOf(known, [one], toldOf(known, [one])));
  return { parts, keepTheirOwn: !hasFailedSince(known, asked) };
}

function partOf(known: Known, addOns: readonly AddOn[], { runs, failures }: Told): AddOnPart {
  const usual = sumOf(addOns.map((one) => usualSizeIn(one, known.key)));
  return { names: addOns.map(({ name }) => name), runs, failures, usual };
}

/** Null where one is not known. */
function sumOf(sizes: readonly (UsualSize | null)[]): UsualSize | null {
  const known = sizes.filter((size) => size !== null);
  if (known.length < sizes.length) return null;
  const sum = (of: (size: UsualSize) => number): number => known.reduce((total, size) => total + of(size), 0);
  return {
    lowMiB: sum(({ lowMiB }) => lowMiB),
    highMiB: sum(({ highMiB }) => highMiB),
    takesLess: known.some(({ takesLess }) => takesLess),
  };
}

const idOf = (addOns: readonly AddOn[]): string => addOns.map(({ id }) => id).join(' ');

/** What runs with the same add-ons tell. */
type Told = Pick<AddOnPart, 'runs' | 'failures'>;

/** By their add-ons, oldest first. */
const runsByAddOns = memoised(({ ownRuns }: Known): ReadonlyMap<string, readonly Run[]> => {
  const found = new Map<string, Run[]>();
  for (const run of ownRuns.filter(({ extras }) => extras.length > 0)) {
    const id = idOf(addOnsIn(run.extras));
    found.set(id, [...(found.get(id) ?? []), run]);
  }
  return found;
});

/** Each run costs an estimate: worked out once for each set that is asked for. */
const workedOut = memoised((_known: Known) => new Map<string, Told>());

function toldOf(known: Known, addOns: readonly AddOn[]): Told {
  const [id, worked] = [idOf(addOns), workedOut(known)];
  const before = worked.get(id);
  if (before !== undefined) return before;
  const { fit } = known;
  const latest = (runsByAddOns(known).get(id) ?? []).slice(-LATEST);
  const made: Told =
    fit === null
      ? { runs: [], failures: [] }
      : {
          runs: latest.flatMap((run) => addedRunOf(fit, run) ?? []),
          failures: latest.flatMap((run, at) => failureIn(run, latest.slice(at + 1), known, fit) ?? []),
        };
  worked.set(id, made);
  return made;
}

const ABOUT_ADD_ONS: ReadonlySet<Mark> = new Set(['extras', 'outlier']);

function isUndisturbed({ marks, capMiB }: Run): boolean {
  return capMiB === null && marks.every((mark) => ABOUT_ADD_ONS.has(mark));
}

/**
 * Null where it did not run out of memory, or as much has run since. What it found held beside the weights is its
 * add-ons' own, but for what a failure just before has left.
 */
function failureIn(run: Run, later: readonly Run[], { ownRuns }: Known, { staticMiB }: Fit): KnownRun | null {
  const observation = isUndisturbed(run) ? observationOf(run) : null;
  if (observation === null || run.outcome !== 'oom') return null;
  if (later.some(({ outcome, settings }) => outcome === 'ok' && isAsLarge(settings, run.settings))) return null;
  const failedBefore = (ownRuns[ownRuns.indexOf(run) - 1]?.outcome ?? 'ok') !== 'ok';
  const atMiB = failedAtMiB(failedBefore ? observation : { ...observation, heldMiB: null }, staticMiB);
  return atMiB === null ? null : { settings: run.settings, atMiB };
}

/** Null where the run does not tell: it ended otherwise, it was disturbed, or attention took what was free. */
function addedRunOf(fit: Fit, run: Run): AddedRun | null {
  const observation = isUndisturbed(run) ? observationOf(run) : null;
  if (observation === null || run.outcome !== 'ok') return null;
  if ((observation.allocRetries ?? 0) > 0 || observation.reservedPeakMiB === null) return null;
  const { condUncondBatched } = fit.traits;
  if (condUncondBatched !== null && run.condUncondBatched !== null && condUncondBatched !== run.condUncondBatched)
    return null;
  const { settings } = run;
  const { roomMiB, activePeakMiB, reservedPeakMiB, heldMiB } = observation;
  const without = estimate(fit, settings, roomMiB, fit.process === null ? null : heldMiB);
  if (!without.ok || without.warnings.some(({ code }) => code === 'adapts-to-free-memory')) return null;
  const saidMiB = activeMiB(fit, settings, roomMiB === null ? Infinity : roomMiB - fit.staticMiB);
  const reservedMiB = reservedPeakMiB - without.peak.valueMiB;
  return {
    settings,
    phase: without.limitingPhase,
    activeMiB: saidMiB === null || activePeakMiB === null ? reservedMiB : activePeakMiB - saidMiB - fit.staticMiB,
    reservedMiB,
    ranWithMiB: reservedPeakMiB,
  };
}

/** What a failed run has left is not what these keep. */
function hasFailedSince({ ownRuns }: Known, asked: readonly AddOn[]): boolean {
  const last = ownRuns.findLastIndex(({ outcome, extras }) => outcome === 'ok' && isOf(asked, extras));
  return last === -1 || ownRuns.slice(last + 1).some(({ outcome }) => outcome !== 'ok');
}

function isOf(addOns: readonly AddOn[], extras: readonly string[]): boolean {
  return extras.length > 0 && idOf(addOnsIn(extras)) === idOf(addOns);
}
