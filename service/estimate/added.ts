/** What add-ons take beyond a generation without them, by the runs that had them. */
import { nnls } from '../model/nnls.ts';
import { workMpx } from '../model/geometry.ts';
import type { Interval } from '../model/types.ts';
import type { GenerationSettings, Phase } from '../protocol/settings.ts';
import type { AddedPart, AddedRun, AddOnPart } from './add-ons.ts';
import type { EstimateMiB } from './estimate.ts';
import { ofSame, requiredWithLess, TAKES_LESS, tookLess } from './taken-less.ts';

/**
 * What they hold are weights for the most part, which need no more than they have; SD 1's sampling needs 1.25 times its
 * active bytes.
 */
const NEED_OVER_ACTIVE = 1.1;

/** An estimate with what its add-ons add, as far as runs tell it. @param leastMiB it never falls below. */
export function withAddOns(
  estimate: EstimateMiB,
  settings: GenerationSettings,
  parts: readonly AddOnPart[],
  leastMiB: number,
): EstimateMiB {
  if (parts.length === 0) return estimate;
  let { required, peak } = estimate;
  const addOns = parts.map((part): AddedPart => {
    const { names, usual } = part;
    if (tookLess(part.runs)) {
      // Beside others it is not known what of theirs it makes less.
      const same = parts.length === 1 ? ofSame(part.runs, settings) : [];
      if (same.length === 0) return { names, usual: TAKES_LESS, counted: null };
      const before = required;
      required = requiredWithLess(before, same, leastMiB);
      peak = plus(
        peak,
        additionAt(settings, same, ({ reservedMiB }) => reservedMiB),
        leastMiB,
      );
      return { names, usual, counted: { required: beyond(required, before), runs: same.length } };
    }
    const told = toldOf(part, settings, estimate.limitingPhase);
    if (told === null) return { names, usual, counted: null };
    const { active, reserved, runs } = told;
    const highMiB = active.highMiB * (active.highMiB > 0 ? NEED_OVER_ACTIVE : 1);
    required = plus(required, { ...active, highMiB }, leastMiB);
    peak = plus(peak, reserved, leastMiB);
    return { names, usual, counted: { required: active, runs } };
  });
  return { ...estimate, required, peak: { ...peak, valueMiB: Math.max(peak.valueMiB, required.valueMiB) }, addOns };
}

interface Told {
  readonly active: Interval;
  readonly reserved: Interval;
  readonly runs: number;
}

/**
 * Null where no run tells. One tells of the phase that needed the most. Where none is of the one that does now, weights
 * are as they were, and what comes with that phase is at the most what is usual; of an add-on of which nothing is known
 * it may be anything.
 */
function toldOf({ runs, usual }: AddOnPart, settings: GenerationSettings, phase: Phase): Told | null {
  const ofPhase = runs.filter((run) => run.phase === phase);
  const leastHighMiB = ofPhase.length > 0 ? -Infinity : usual === null || usual.takesLess ? null : usual.highMiB;
  const telling = ofPhase.length > 0 ? ofPhase : runs;
  if (telling.length === 0 || leastHighMiB === null) return null;
  const by = (ofRun: (run: AddedRun) => number): Interval => {
    const added = additionAt(settings, telling, ofRun);
    return { ...added, highMiB: Math.max(added.highMiB, leastHighMiB) };
  };
  return {
    active: by(({ activeMiB }) => activeMiB),
    reserved: by(({ reservedMiB }) => reservedMiB),
    runs: telling.length,
  };
}

/** Of all that is counted, 0 where they take less. */
export function countedMiB({ addOns = [] }: EstimateMiB): number {
  return Math.max(
    0,
    addOns.reduce((sum, { counted }) => sum + (counted?.required.valueMiB ?? 0), 0),
  );
}

function beyond(one: Interval, before: Interval): Interval {
  return {
    valueMiB: one.valueMiB - before.valueMiB,
    lowMiB: one.lowMiB - before.lowMiB,
    highMiB: one.highMiB - before.highMiB,
  };
}

function plus(one: Interval, other: Interval, leastMiB: number): Interval {
  const sum = (of: (interval: Interval) => number): number => Math.max(leastMiB, of(one) + of(other));
  return {
    valueMiB: sum(({ valueMiB }) => valueMiB),
    lowMiB: sum(({ lowMiB }) => lowMiB),
    highMiB: sum(({ highMiB }) => highMiB),
  };
}

/** Prompts, samplers, units and models of the same add-on differ from run to run. */
const OTHERWISE_SHARE = 0.05;
const LEAST_OTHERWISE_MIB = 32;
/** As an estimate beyond the sizes that were run. */
const WIDER_PER_DOUBLING = 0.3;
/** Fewer runs may lie on a line by chance. */
const ENOUGH_RUNS = 4;

/**
 * Runs of one size leave a constant and a share that grows with the pixels of a batch open: any of them, of which none
 * is negative, lies between all of it constant and all of it growing. The value is half of each, the ends are those
 * two: so the upper end is not below the truth, whichever it is.
 * From two sizes on a line is fitted, of which neither part is negative; its ends are as far off as its runs are, and
 * further beyond them.
 */
function additionAt(
  settings: GenerationSettings,
  runs: readonly AddedRun[],
  ofRun: (run: AddedRun) => number,
): Interval {
  const work = workMpx(settings);
  const added = runs.map((run) => ({ run, mib: ofRun(run), work: workMpx(run.settings) }));
  const takesMore = added.every(({ mib }) => mib >= 0);
  if (takesMore && new Set(added.map((one) => one.work)).size > 1) return opened(onLine(work, added));
  const each = added.map(({ run, mib, work: ownWork }) => {
    const grownMiB = (mib * work) / ownWork;
    // Where they take less, that is known of the same settings alone.
    const isTold = mib >= 0 || ofSame([run], settings).length > 0;
    const ends = isTold ? [mib, grownMiB] : [mib, grownMiB, 0];
    return { valueMiB: isTold ? (mib + grownMiB) / 2 : 0, lowMiB: Math.min(...ends), highMiB: Math.max(...ends) };
  });
  return opened({
    valueMiB: each.reduce((sum, { valueMiB }) => sum + valueMiB, 0) / each.length,
    lowMiB: Math.min(...each.map(({ lowMiB }) => lowMiB)),
    highMiB: Math.max(...each.map(({ highMiB }) => highMiB)),
  });
}

function onLine(work: number, runs: readonly { readonly mib: number; readonly work: number }[]): Interval {
  const rows = runs.map((run) => [1, run.work]);
  const [constant = 0, slope = 0] = nnls(
    rows,
    runs.map(({ mib }) => mib),
    2,
    [],
  );
  const offMiB = Math.max(...runs.map((run) => Math.abs(run.mib - constant - slope * run.work)));
  const doublings = Math.max(0, Math.log2(work / Math.max(...runs.map((run) => run.work))));
  const times = (runs.length < ENOUGH_RUNS ? 2 : 1) + WIDER_PER_DOUBLING * doublings;
  const valueMiB = constant + slope * work;
  const halfMiB = times * offMiB + WIDER_PER_DOUBLING * doublings * valueMiB;
  return { valueMiB, lowMiB: Math.max(0, valueMiB - halfMiB), highMiB: valueMiB + halfMiB };
}

function opened({ valueMiB, lowMiB, highMiB }: Interval): Interval {
  const otherwiseMiB = Math.max(LEAST_OTHERWISE_MIB, OTHERWISE_SHARE * Math.abs(valueMiB));
  return { valueMiB, lowMiB: lowMiB - otherwiseMiB, highMiB: highMiB + otherwiseMiB };
}
