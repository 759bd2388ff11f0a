/** torch's counters, from as the shim tells them to what the sidecar's stages take. */
import type { TorchNow, TorchPeaks } from '../protocol/run.ts';
import type { TorchCounters } from '../protocol/shim.ts';

export function nowOf(counters: TorchCounters | null): TorchNow | null {
  return counters === null ? null : { allocatedMiB: counters.allocatedMiB, reservedMiB: counters.reservedMiB };
}

/** Of a run: what it began with, and the highest peaks so far; null where nothing is counted. */
export type Counted = Pick<TorchCounters, 'activePeakMiB' | 'reservedPeakMiB' | 'allocRetries' | 'ooms'> | null;

/** The peaks of before are not the run's. */
export function countedFrom(begun: TorchCounters | null): Counted {
  return begun === null ? null : { ...begun, activePeakMiB: 0, reservedPeakMiB: 0 };
}

export function withPeaks(counted: Counted, torch: TorchCounters | null): Counted {
  if (counted === null || torch === null) return counted;
  return {
    ...counted,
    activePeakMiB: Math.max(counted.activePeakMiB, torch.activePeakMiB),
    reservedPeakMiB: Math.max(counted.reservedPeakMiB, torch.reservedPeakMiB),
  };
}

export function overRun(counted: Counted, ended: TorchCounters | null): TorchPeaks | null {
  const highest = withPeaks(counted, ended);
  if (highest === null || ended === null) return null;
  return {
    activePeakMiB: highest.activePeakMiB,
    reservedPeakMiB: highest.reservedPeakMiB,
    allocRetries: Math.max(0, ended.allocRetries - highest.allocRetries),
    ooms: Math.max(0, ended.ooms - highest.ooms),
  };
}
