import type { Run } from './run.ts';

/**
 * The WebUI's own memory at the top: torch's where it counts, without the CUDA context, else the process's where that
 * was read, else what the device showed less all that was not the WebUI's before the run. Null where none is known.
 */
export function webuiPeakMiB({ devicePeakMiB, ownPeakMiB, torch, baseline }: Run): number | null {
  const shownMiB =
    devicePeakMiB === null || baseline.otherMiB === null ? null : Math.max(0, devicePeakMiB - baseline.otherMiB);
  return torch?.reservedPeakMiB ?? ownPeakMiB ?? shownMiB;
}

/**
 * The top of the device. torch's own peak, or the process's where it tells one, with what was others' before the run: a
 * decode may be over between two samples, and on a machine's RAM the others move all the time. Else what the samples
 * saw.
 */
export function measuredPeakMiB({ devicePeakMiB, ownPeakMiB, torch, baseline }: Omit<Run, 'marks'>): number | null {
  if (baseline.otherMiB === null) return devicePeakMiB;
  if (ownPeakMiB !== null) return baseline.otherMiB + ownPeakMiB;
  return torch === null ? devicePeakMiB : Math.max(devicePeakMiB ?? 0, baseline.otherMiB + torch.reservedPeakMiB);
}
