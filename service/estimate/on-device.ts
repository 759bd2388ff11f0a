/** Figures of the process as those of the whole device. */
import type { Interval } from '../model/types.ts';
import type { IntervalMiB } from '../protocol/estimate.ts';
import type { EstimateMiB } from './estimate.ts';
import type { LiveMemory } from './verdict.ts';

/**
 * The peak as the device will show it: never above what programs can have. Where the cache would take more than that,
 * PyTorch gives it back on the way: the top lies anywhere from what is required to all there is.
 */
export function peakOnDevice({ peak, required }: EstimateMiB, { usableMiB, otherMiB }: LiveMemory): IntervalMiB {
  const givesBack = peak.highMiB > usableMiB - otherMiB;
  const lowMiB = givesBack ? Math.min(peak.lowMiB, required.lowMiB) : peak.lowMiB;
  const within = (mib: number): number => Math.min(mib, usableMiB - otherMiB);
  return onDevice({ valueMiB: within(peak.valueMiB), lowMiB: within(lowMiB), highMiB: within(peak.highMiB) }, otherMiB);
}

/** The process's figure with everything else on the device added, so that it compares with the total. */
export function onDevice({ valueMiB, lowMiB, highMiB }: Interval, otherMiB: number): IntervalMiB {
  return {
    valueMiB: Math.round(valueMiB + otherMiB),
    lowMiB: Math.round(lowMiB + otherMiB),
    highMiB: Math.round(highMiB + otherMiB),
  };
}
