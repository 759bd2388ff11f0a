/** The device as the driver names it, for CUDA and nvidia-smi number the cards differently. */
import { normaliseBusId } from '../protocol/bus-id.ts';
import type { Backend, HostDevice } from '../protocol/host.ts';
import type { ReportedDevice } from '../protocol/shim.ts';

/** Anything unknown is `directml`: a device that no driver tool can be asked about. */
function backendOf({ type, hip }: ReportedDevice): Backend {
  if (type === 'cuda') return hip === null || hip === '' ? 'cuda' : 'rocm';
  return type === 'cpu' || type === 'xpu' || type === 'mps' ? type : 'directml';
}

/** torch leaves out the driver's prefix. */
const withPrefix = (uuid: string): string => (/^(GPU|MIG)-/.test(uuid) ? uuid : `GPU-${uuid}`);

/** torch >= 2.4 tells the UUID and torch >= 2.7 the place on the bus; else the driver was asked. */
export function deviceOf(reported: ReportedDevice): HostDevice {
  const backend = backendOf(reported);
  if (backend !== 'cuda' && backend !== 'rocm') {
    const name = backend === 'cpu' ? (reported.name ?? 'CPU') : backend;
    return { backend, name, uuid: null, busId: null, totalMiB: null };
  }
  // ROCm's cards are not the NVIDIA driver's.
  const driver = backend === 'cuda' ? { uuid: reported.driverUuid, busId: reported.driverBusId } : null;
  const uuid = reported.uuid ?? driver?.uuid ?? null;
  return {
    backend,
    name: reported.name ?? backend,
    uuid: uuid === null ? null : withPrefix(uuid),
    busId: placeOf(reported.pci) ?? whole(driver?.busId ?? null),
    totalMiB: reported.totalMiB,
  };
}

function placeOf(pci: ReportedDevice['pci']): string | null {
  if (pci === null) return null;
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  return normaliseBusId(`${hex(pci.domain)}:${hex(pci.bus)}:${hex(pci.device)}.0`);
}

function whole(busId: string | null): string | null {
  return busId?.split(':').length === 3 ? normaliseBusId(busId) : null;
}
