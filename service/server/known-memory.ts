import type { MemoryFigures } from '../memory/ledger.ts';
import type { Run, StoredEnvironment } from '../recorder/run.ts';

/** What an estimate of torch's memory is set against to be one of the whole device. */
export type DeviceMemory = Pick<MemoryFigures, 'totalMiB' | 'usableMiB' | 'otherMiB' | 'loaded'>;

/**
 * Each figure as it is read now and, where there is no WebUI or no device to read, as it was before the last run of the
 * same set-up: the one way in which the command line, the tab and the page without a WebUI come to what others use.
 * @param idle as it was kept while the WebUI was idle; null where it was not.
 */
export function memoryOrLastKnown(
  now: DeviceMemory,
  runs: readonly Run[],
  device: StoredEnvironment['device'] | null,
  idle: DeviceMemory | null = null,
): DeviceMemory {
  const last = runs.findLast(({ baseline, totalMiB }) => baseline.otherMiB !== null && totalMiB !== null);
  const torchTotalMiB = device?.totalMiB ?? null;
  const totalMiB = now.totalMiB ?? idle?.totalMiB ?? last?.totalMiB ?? torchTotalMiB;
  return {
    totalMiB,
    usableMiB: now.usableMiB ?? idle?.usableMiB ?? usableOf(totalMiB, torchTotalMiB),
    ...othersOf(now, last?.baseline.otherMiB ?? null, idle),
  };
}

type Others = Pick<DeviceMemory, 'otherMiB' | 'loaded'>;

/** @param ofRunMiB has what that run loaded. */
function othersOf(now: Others, ofRunMiB: number | null, idle: Others | null): Others {
  if (now.otherMiB === null && ofRunMiB !== null) return { otherMiB: ofRunMiB, loaded: 'all' };
  const { otherMiB, loaded } = now.otherMiB === null ? (idle ?? now) : now;
  return { otherMiB, loaded };
}

/** torch's total leaves out what the driver keeps for itself. */
function usableOf(totalMiB: number | null, torchTotalMiB: number | null): number | null {
  return totalMiB === null ? null : Math.min(totalMiB, torchTotalMiB ?? totalMiB);
}
