/** What `headroom top` shows at one moment. Pure. */
import type { Holder } from '../../protocol/holders.ts';
import type { LiveRun } from '../../protocol/live.ts';
import type { GpuProcess } from '../../protocol/viewer.ts';
import { holdersOf } from '../../memory/holders.ts';
import { hasFigures, type DeviceReading } from '../../memory/sources/types.ts';

/** Of the newest run in the store. `cacheMiB`: what PyTorch held and did not use as it began. */
export type LastRun = Omit<LiveRun, 'verdict'> & { readonly cacheMiB: number | null };

export interface Snapshot {
  readonly atMs: number;
  readonly card: {
    readonly index: number | null;
    readonly name: string;
    readonly usedMiB: number;
    /** What programs can have: the total less what the driver keeps. */
    readonly usableMiB: number;
  };
  /** The largest first; null where the driver does not list them. */
  readonly programs: readonly Holder[] | null;
  /** Used, and by nobody that the driver names. */
  readonly untoldMiB: number;
  readonly lastRun: LastRun | null;
}

/** Null for a card whose memory cannot be read. */
export function snapshotOf(
  atMs: number,
  device: DeviceReading,
  processes: readonly GpuProcess[] | null,
  webuiPid: number | null,
  lastRun: LastRun | null,
): Snapshot | null {
  const { index, name, usedMiB, totalMiB, driverKeptMiB } = device;
  if (!hasFigures(device) || usedMiB === null || totalMiB === null) return null;
  const usableMiB = totalMiB - (driverKeptMiB ?? 0);
  const held = holdersOf({
    figures: { usedMiB, usableMiB, webuiMiB: null },
    torch: null,
    contextMiB: null,
    pid: webuiPid,
    processes,
    weights: null,
    otherCheckpoints: null,
    leftBehindMiB: 0,
  });
  const told = held.programs.reduce((sum, program) => sum + (program.usedMiB ?? 0), 0);
  return {
    atMs,
    card: { index, name, usedMiB, usableMiB },
    programs: processes === null ? null : held.programs,
    untoldMiB: Math.max(0, usedMiB - told),
    lastRun,
  };
}
