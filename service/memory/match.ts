/** Which of a source's devices is the one that torch computes on. */
import type { HostDevice } from '../protocol/host.ts';
import { normaliseBusId } from '../protocol/bus-id.ts';
import { normaliseUuid } from '../protocol/uuid.ts';
import type { DeviceReading } from './sources/types.ts';

/**
 * By uuid, else by bus id, else by a name that only one device has, else the only device there is, else null. CUDA's
 * index is never used, for CUDA and nvidia-smi number cards differently. Ruled out is a device whose own uuid or bus id
 * differs, and one whose total is not near torch's: torch sees a little less than the whole card, and a MIG slice of it
 * much less.
 */
export function matchDevice(
  host: Pick<HostDevice, 'uuid' | 'busId' | 'name' | 'totalMiB'>,
  devices: readonly DeviceReading[],
): DeviceReading | null {
  const hostUuid = host.uuid === null ? null : normaliseUuid(host.uuid);
  const hostBusId = host.busId === null ? null : normaliseBusId(host.busId);
  const byUuid = devices.find(({ uuid }) => hostUuid !== null && uuid !== null && normaliseUuid(uuid) === hostUuid);
  if (byUuid !== undefined) return byUuid;

  const possible = devices.filter(
    ({ uuid, totalMiB }) => (hostUuid === null || uuid === null) && nearTotals(host.totalMiB, totalMiB),
  );
  const byBusId = possible.find(
    ({ busId }) => hostBusId !== null && busId !== null && normaliseBusId(busId) === hostBusId,
  );
  if (byBusId !== undefined) return byBusId;

  const unplaced = possible.filter(({ busId }) => hostBusId === null || busId === null);
  const named = unplaced.filter(({ name }) => name === host.name);
  if (named.length === 1) return named[0] ?? null;
  return devices.length === 1 ? (unplaced[0] ?? null) : null;
}

const MIN_SHARE_OF_TOTAL = 0.8;

function nearTotals(hostMiB: number | null, deviceMiB: number | null): boolean {
  if (hostMiB === null || deviceMiB === null) return true;
  return hostMiB >= MIN_SHARE_OF_TOTAL * deviceMiB && hostMiB <= deviceMiB / MIN_SHARE_OF_TOTAL;
}
