/** Figures of the process as those of the whole device. */
import type { Interval } from '../model/types.ts';
import type { IntervalMiB } from '../protocol/estimate.ts';
import type { EstimateMiB } from './estimate.ts';
import type { LiveMemory } from './verdict.ts';

/**
 * The peak as the device will show it: where it may run, not above what programs can have. Where the cache would take
 * more than that, PyTorch gives it back on the way: the top lies anywhere from what is required to all there is. What
 * will not run here has the peak of a device that holds it. So a peak is never below what is required.
 */
export function peakOnDevice({ peak, required }: EstimateMiB, { usableMiB, otherMiB }: LiveMemory): IntervalMiB {
  const availableMiB = usableMiB - otherMiB;
  if (required.lowMiB > availableMiB) return onDevice(peak, otherMiB);
  const givesBack = peak.highMiB > availableMiB;
  const lowMiB = givesBack ? Math.min(peak.lowMiB, required.lowMiB) : peak.lowMiB;
  const within = (mib: number, leastMiB: number): number => Math.min(mib, Math.max(availableMiB, leastMiB));
  const capped = {
    valueMiB: within(peak.valueMiB, required.valueMiB),
    lowMiB: within(lowMiB, required.lowMiB),
    highMiB: within(peak.highMiB, required.highMiB),
  };
  return onDevice(capped, otherMiB);
}

/** The process's figure with everything else on the device added, so that it compares with the total. */
export function onDevice({ valueMiB, lowMiB, highMiB }: Interval, otherMiB: number): IntervalMiB {
  return {
    valueMiB: Math.round(valueMiB + otherMiB),
    lowMiB: Math.round(lowMiB + otherMiB),
    highMiB: Math.round(highMiB + otherMiB),
  };
}
