import { SPILL_SHARE } from '../estimate/spill.ts';
import type { Run } from '../recorder/run.ts';
import { fitTime, predictMs, workMpxOf } from './time.ts';

const SLOWER_TIMES = 3;
const ENOUGH_RUNS = 5;

/**
 * Adds the mark `spilled` to a benchmark run that filled the card and took three times as long as those before it say:
 * part of it lived in system RAM, as Windows drivers from 536.40 have it, though torch's figures stay below the total.
 */
export function markSpilled(run: Run, earlier: readonly Run[]): Run {
  if (run.origin !== 'benchmark' || run.outcome !== 'ok' || run.marks.includes('spilled') || !filledTheCard(run))
    return run;
  const unmarked = earlier.filter(
    ({ marks, origin, outcome }) => marks.length === 0 && origin === 'benchmark' && outcome === 'ok',
  );
  const time = unmarked.length < ENOUGH_RUNS ? null : fitTime(unmarked);
  if (time === null || run.durationMs <= SLOWER_TIMES * predictMs(time, workMpxOf(run.settings))) return run;
  return { ...run, marks: [...run.marks, 'spilled'] };
}

function filledTheCard({ totalMiB, devicePeakMiB, baseline, torch }: Run): boolean {
  if (totalMiB === null || torch === null) return false;
  const peakMiB = Math.max(devicePeakMiB ?? 0, torch.reservedPeakMiB + (baseline.otherMiB ?? 0));
  return peakMiB >= SPILL_SHARE * totalMiB;
}
