import type { HostDevice } from '../protocol/host.ts';
import type { DeviceReading } from '../sampler/types.ts';

/**
 * The device that the WebUI computes on, among those that the source shows: by UUID, by bus id, else the only one there is.
 * Never by index: CUDA and nvidia-smi number the cards differently. Null where it cannot be told.
 */
export function deviceOf(devices: readonly DeviceReading[], host: HostDevice | null, source: 'nvidia-smi' | 'process' | 'none'): DeviceReading | null {
  const only = devices.length === 1 ? (devices[0] ?? null) : null;
  if (host === null || source === 'process') return only;
  const { uuid, busId } = host;
  if (uuid !== null) {
    const found = devices.find((device) => device.uuid !== null && sameUuid(device.uuid, uuid));
    if (found !== undefined) return found;
  }
  if (busId !== null) {
    const found = devices.find((device) => device.busId !== null && sameBusId(device.busId, busId));
    if (found !== undefined) return found;
  }
  if (only === null) return null;
  const contradicts = (uuid !== null && only.uuid !== null) || (busId !== null && only.busId !== null);
  return contradicts ? null : only;
}

function sameUuid(a: string, b: string): boolean {
  const bare = (text: string) => text.toLowerCase().replace(/^gpu-/, '');
  return bare(a) === bare(b);
}

/** `00000000:01:00.0` and `0000:01:00.0` are one place: domains are numbers, written with 4 or 8 digits. */
function sameBusId(a: string, b: string): boolean {
  return canonicalBusId(a) === canonicalBusId(b);
}

function canonicalBusId(text: string): string {
  const match = /^(?:([0-9a-f]+):)?([0-9a-f]+):([0-9a-f]+)\.([0-9a-f]+)$/i.exec(text.trim());
  if (match === null) return text.toLowerCase();
  return match.slice(1).map((part) => Number.parseInt(part ?? '0', 16)).join(':');
}
