import type { HostDevice } from '../protocol/host.ts';
import type { Unmatched } from '../protocol/source.ts';
import type { DeviceReading } from './sources/types.ts';

/** Of a device that is none of `seen`. */
export function unmatchedOf({ name, uuid, busId }: HostDevice, seen: readonly DeviceReading[]): Unmatched {
  const names = seen.map((device) => device.name);
  const alike = names.filter((one) => one === name).length;
  if (alike > 1 && uuid === null && busId === null) return { code: 'several', name, alike };
  return { code: 'others', name, seen: [...new Set(names)] };
}
