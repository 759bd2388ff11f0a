import type { Clock } from '../base/clock.ts';
import type { LiveLedger, MemoryReading } from './ledger.ts';
import type { Programs } from './programs.ts';
import type { DeviceReading, Sample } from './sources/types.ts';

export interface ReadingsOptions {
  readonly clock: Clock;
  readonly ledger: LiveLedger;
  readonly programs: Programs;
  /** The host's device among those that are read. */
  readonly deviceOf: (devices: readonly DeviceReading[]) => DeviceReading | null;
  readonly onReading: (reading: MemoryReading) => void;
  /** What a page shows of the devices is another. */
  readonly onChange: () => void;
}

/** The way of a sample into the ledger, and the last one. */
export interface Readings {
  readonly devices: readonly DeviceReading[];
  take(sample: Sample): void;
  /** The source fails, or another one takes its place. */
  lose(): void;
}

export function createReadings(options: ReadingsOptions): Readings {
  const { clock, ledger, programs } = options;
  let devices: readonly DeviceReading[] = [];
  let shape = '';
  return {
    get devices() {
      return devices;
    },
    take: (sample) => {
      devices = sample.devices;
      const reading = readingOf(options.deviceOf(devices), clock.monotonicMs());
      ledger.tell({ type: 'reading', reading });
      options.onReading(reading);
      programs.onReading();
      const nextShape = shapeOf(sample);
      if (nextShape === shape) return;
      shape = nextShape;
      options.onChange();
    },
    lose: () => {
      devices = [];
      ledger.tell({ type: 'silence' });
      programs.onSilence();
    },
  };
}

function readingOf(device: DeviceReading | null, monotonicMs: number): MemoryReading {
  return {
    monotonicMs,
    usedMiB: device?.usedMiB ?? null,
    totalMiB: device?.totalMiB ?? null,
    usableMiB: device === null ? null : usableMiBOf(device),
    processMiB: device?.processMiB ?? null,
  };
}

/**
 * Newer drivers leave their own part out of memory.used and tell it apart (memory.reserved); older ones count it as
 * used.
 */
export function usableMiBOf({ totalMiB, driverKeptMiB }: DeviceReading): number | null {
  return totalMiB === null ? null : totalMiB - (driverKeptMiB ?? 0);
}

function shapeOf({ devices }: Sample): string {
  return JSON.stringify(
    devices.map(({ uuid, busId, name, totalMiB, usedMiB }) => [uuid, busId, name, totalMiB, usedMiB === null]),
  );
}
