import type { HostDevice } from '../protocol/host.ts';
import type { DeviceReading } from './sources/types.ts';

/** Why none of the devices that are seen is known to be the WebUI's, `name`. */
export type Unmatched =
  /** So many have this name, and the WebUI cannot tell which it is. */
  | { readonly code: 'several'; readonly name: string; readonly alike: number }
  /** All of them are others. */
  | { readonly code: 'others'; readonly name: string; readonly seen: readonly string[] };

export function unmatchedOf({ name, uuid, busId }: HostDevice, seen: readonly DeviceReading[]): Unmatched {
  const names = seen.map((device) => device.name);
  const alike = names.filter((one) => one === name).length;
  if (alike > 1 && uuid === null && busId === null) return { code: 'several', name, alike };
  return { code: 'others', name, seen: [...new Set(names)] };
}
