import { normaliseBusId } from '../protocol/bus-id.ts';
import { normaliseUuid } from '../protocol/uuid.ts';
import { usableMiBOf } from '../memory/readings.ts';
import type { DeviceReading } from '../memory/sources/types.ts';
import type { RecordedDevice } from './format.ts';
import type { Share } from './share.ts';

/** A device while it is recorded. */
export interface DeviceOnCourse {
  readonly device: RecordedDevice;
  share: Share;
  usedMiB: number | null;
  /** What was used when the driver was last asked who uses it. */
  askedAtMiB: number | null;
}

type Named = Pick<DeviceReading, 'index' | 'uuid' | 'busId'>;

/** The same device in another reading: by its uuid, else by its place on the bus, else by its number. */
export function figuresOf<Reading extends Named>(device: Named, readings: readonly Reading[]): Reading | null {
  const same = (one: Reading): boolean => {
    if (device.uuid !== null && one.uuid !== null) return one.uuid === device.uuid;
    if (device.busId !== null && one.busId !== null) return one.busId === device.busId;
    return one.index === device.index;
  };
  return readings.find(same) ?? null;
}

/** The one that a person names: by nvidia-smi's number, by its uuid (or its beginning), or by its place on the bus. */
export function deviceNamed<Reading extends Named>(id: string, readings: readonly Reading[]): Reading | null {
  if (/^\d{1,3}$/.test(id)) return readings.find(({ index }) => index === Number(id)) ?? null;
  const named = id.toLowerCase();
  const byUuid = readings.filter(({ uuid }) => {
    if (uuid === null) return false;
    const own = uuid.toLowerCase();
    return own.startsWith(named) || normaliseUuid(own).startsWith(named);
  });
  if (byUuid.length === 1) return byUuid[0] ?? null;
  const place = normaliseBusId(id);
  return readings.find(({ busId }) => busId !== null && normaliseBusId(busId) === place) ?? null;
}

export function recordedDeviceOf(reading: DeviceReading): RecordedDevice {
  const { index, uuid, busId, name, usedMiB, totalMiB } = reading;
  return { index, uuid, busId, name, totalMiB, usableMiB: usableMiBOf(reading), usedBeforeMiB: usedMiB };
}
