import type { HostDevice } from '../protocol/host.ts';
import type { DeviceReading } from '../memory/sources/types.ts';

/** Why none of the devices that are seen is known to be the WebUI's, and what to do, in words. */
export function unmatchedInWords(device: HostDevice, seen: readonly DeviceReading[]): string {
  const alike = seen.filter(({ name }) => name === device.name).length;
  if (alike > 1 && device.uuid === null && device.busId === null) {
    return `nvidia-smi shows ${alike} cards named ${device.name}, and the WebUI cannot tell which of them it computes on, so nothing is read and nothing estimated. Update torch or the NVIDIA driver: newer ones tell the card's UUID, by which it is known.`;
  }
  const names = [...new Set(seen.map(({ name }) => name))].join(', ');
  return `None of the devices that nvidia-smi shows (${names}) could be matched to the one that the WebUI computes on (${device.name}), so nothing is read and nothing estimated. If the WebUI runs in a container or on a part of a card, let nvidia-smi there show the same device.`;
}
