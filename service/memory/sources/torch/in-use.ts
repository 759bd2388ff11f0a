import type { WholeDevice } from '../../../protocol/shim.ts';
import { availableMiB } from '../process/memory.ts';

/**
 * What programs have of the device. Where it is a part of the machine's memory the CUDA runtime counts files that the
 * system keeps at hand as in use, and an allocation drives them out.
 * @param available what the machine has for programs, null where it does not tell.
 */
export function usedMiB({ freeMiB, totalMiB, integrated }: WholeDevice, available = availableMiB): number {
  const mostMiB = integrated ? Math.max(freeMiB, available() ?? 0) : freeMiB;
  return Math.max(0, totalMiB - mostMiB);
}
