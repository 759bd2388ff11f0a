import { at } from '../base/at.ts';

/** `00000000:01:00.0`, as nvidia-smi writes it: the domain in 8 digits (CUDA writes 4, lspci none). */
export function normaliseBusId(busId: string): string {
  const parts = busId.trim().toUpperCase().split(':');
  const domain = parts.length > 2 ? at(parts, 0) : '';
  return [domain.padStart(8, '0'), ...parts.slice(-2)].join(':');
}
