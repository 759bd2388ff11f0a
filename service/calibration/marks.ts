/** Every mark on a run, and why: a run with one is kept and shown, and never fitted. */
import { takesNothing } from '../hosts/add-ons.ts';
import { SPILL_SHARE } from '../estimate/spill.ts';
import type { RecordedRun } from '../recorder/open-run.ts';
import type { Mark } from '../protocol/run.ts';
import { measuredPeakMiB } from '../recorder/measured.ts';
import { DISTURBED_MIB, type Run } from '../recorder/run.ts';
import { driftSince, estimatedRunOf } from './drift-since.ts';
import { fitTime, predictMs, workMpxOf } from './time.ts';

/**
 * A run with its marks, as it is stored.
 * @param earlier runs of the same key, oldest first.
 */
export function markRun({ otherAfterMiB, rescued, ...facts }: RecordedRun, earlier: readonly Run[]): Run {
  const run: Run = {
    ...facts,
    marks: [...ownMarksOf(facts, otherAfterMiB), ...(rescued ? (['rescued'] as const) : [])],
  };
  if (wasSlowedBySpilling(run, earlier)) return { ...run, marks: [...run.marks, 'spilled'] };
  return isOutlier(run, earlier) ? { ...run, marks: [...run.marks, 'outlier'] } : run;
}

/** What was measured of it is gone, so nothing else can be said of it. */
export function markCutOff({ otherAfterMiB: _after, rescued: _rescued, ...facts }: RecordedRun): Run {
  return { ...facts, marks: facts.origin === 'warm-up' ? ['warm-up', 'cut-off'] : ['cut-off'] };
}

type Facts = Omit<Run, 'marks'>;

/** What the run alone tells. */
function ownMarksOf(run: Facts, otherAfterMiB: number | null): Mark[] {
  const marks: Mark[] = [];
  if (run.origin === 'warm-up') marks.push('warm-up');
  if (run.outcome === 'interrupted') marks.push('interrupted');
  if (run.extras.length > 0 && !ranAsWithout(run)) marks.push('extras');
  if (wasSpilled(run)) marks.push('spilled');
  else if (wasDisturbed(run, otherAfterMiB)) marks.push('disturbed');
  if (run.torch === null && run.devicePeakMiB === null) marks.push('no-samples');
  return marks;
}

/**
 * With nothing but a LoRA a generation is one without, for that is merged into the weights: what it showed must be what
 * was said of one before. Where nothing was said nothing bears that out. Out of memory it would be without it, too.
 */
function ranAsWithout(run: Facts): boolean {
  if (!run.extras.every(takesNothing)) return false;
  if (run.outcome === 'oom') return true;
  const [range, measuredMiB] = [run.estimatedPeakRange, measuredPeakMiB(run)];
  return range !== null && measuredMiB !== null && measuredMiB >= range.lowMiB && measuredMiB <= range.highMiB;
}

/**
 * The driver gave out more than the card holds: part of the run lived in system RAM, so its success says nothing about
 * the card.
 */
function wasSpilled({ outcome, torch, totalMiB, baseline }: Facts): boolean {
  if (outcome !== 'ok' || torch === null || totalMiB === null) return false;
  return torch.reservedPeakMiB + (baseline.otherMiB ?? 0) > totalMiB + DISTURBED_MIB;
}

/**
 * Two signs, both safe against a peak that fell between two samples: what is not torch's differs before and after, or
 * the device once showed more than torch's peak and the others together account for. A process whose own memory is read
 * is beyond others' reach.
 */
function wasDisturbed({ baseline, devicePeakMiB, ownPeakMiB, torch }: Facts, otherAfterMiB: number | null): boolean {
  const { otherMiB } = baseline;
  if (otherMiB === null || ownPeakMiB !== null) return false;
  if (otherAfterMiB !== null && Math.abs(otherAfterMiB - otherMiB) > DISTURBED_MIB) return true;
  return torch !== null && devicePeakMiB !== null && devicePeakMiB - torch.reservedPeakMiB - otherMiB > DISTURBED_MIB;
}

const SLOWER_TIMES = 3;
const ENOUGH_RUNS = 5;

/**
 * A benchmark run that filled the card and took three times as long as those before it say: part of it lived in system
 * RAM, as Windows drivers from 536.40 have it, though torch's figures stay below the total.
 */
function wasSlowedBySpilling(run: Run, earlier: readonly Run[]): boolean {
  if (run.origin !== 'benchmark' || run.outcome !== 'ok' || run.marks.includes('spilled')) return false;
  if (!filledTheCard(run)) return false;
  const unmarked = earlier.filter(
    ({ marks, origin, outcome }) => marks.length === 0 && origin === 'benchmark' && outcome === 'ok',
  );
  const time = unmarked.length < ENOUGH_RUNS ? null : fitTime(unmarked);
  return time !== null && run.durationMs > SLOWER_TIMES * predictMs(time, workMpxOf(run.settings));
}

function filledTheCard({ totalMiB, devicePeakMiB, baseline, torch }: Run): boolean {
  if (totalMiB === null || torch === null) return false;
  const peakMiB = Math.max(devicePeakMiB ?? 0, torch.reservedPeakMiB + (baseline.otherMiB ?? 0));
  return peakMiB >= SPILL_SHARE * totalMiB;
}

const OUTLIER_HALF_WIDTHS = 3;

/**
 * An ordinary run whose peak lies more than three half-widths of its interval from its estimate: one such run says that
 * something was unlike, not that the curve is wrong. Five in a row say that it is, and from then on they are fitted.
 */
function isOutlier(run: Run, earlier: readonly Run[]): boolean {
  const compared = estimatedRunOf(run, 'own');
  // One that ran out of memory is a lower bound at once, whatever it is far from.
  if (compared === null || run.outcome === 'oom') return false;
  const { estimated, measuredMiB } = compared;
  const halfWidthMiB =
    measuredMiB > estimated.valueMiB ? estimated.highMiB - estimated.valueMiB : estimated.valueMiB - estimated.lowMiB;
  if (Math.abs(measuredMiB - estimated.valueMiB) <= OUTLIER_HALF_WIDTHS * halfWidthMiB) return false;
  return driftSince([...earlier, run]) === null;
}

/**
 * Adds the mark `superseded` to what a benchmark has replaced: where the drift alarm stood when it began, all from
 * before the drift is of a set-up that is no more, and would pull the fit away from what was measured since.
 * @param runs of one key, oldest first; those that have the mark keep it.
 */
export function markSuperseded(runs: readonly Run[]): Run[] {
  let from = 0;
  runs.forEach(({ origin }, at) => {
    if (origin !== 'benchmark' || runs[at - 1]?.origin === 'benchmark') return;
    const drift = driftSince(runs.slice(from, at));
    if (drift !== null)
      from = runs.findIndex(({ startedAtMs }, index) => index >= from && startedAtMs >= drift.sinceMs);
  });
  return runs.map((run, at) =>
    at < from && !run.marks.includes('superseded') ? { ...run, marks: [...run.marks, 'superseded'] } : run,
  );
}
