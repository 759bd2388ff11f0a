import type { Interval } from '../model/types.ts';
import type { LiveMemory } from './verdict.ts';
import type { EstimateWarning } from '../protocol/estimate.ts';

/** From this share of the device on, a driver that spills has begun to. */
export const SPILL_SHARE = 0.95;

/**
 * For a driver that may spill (Windows', also under WSL 2): it gives out system RAM where another would refuse, so
 * PyTorch never gives back its cache, and a generation that fits crawls.
 * @param peak of the WebUI's process, as it would be with all the room it wants.
 */
export function spillWarnings(peak: Interval, { usableMiB, otherMiB }: LiveMemory): EstimateWarning[] {
  const edgeMiB = SPILL_SHARE * usableMiB - otherMiB;
  return peak.highMiB < edgeMiB ? [] : [{ code: 'driver-may-spill', likely: peak.valueMiB >= edgeMiB }];
}
