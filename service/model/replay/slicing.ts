import type { Slicing } from './tape.ts';

/**
 * Slices that work is cut into, after sd_hijack_optimizations.py of A1111 1.10.1 (Doggettx's attention): the least
 * power of two with which one slice fits. `isWhole`: it does not fit in one piece and is done so all the same, as its
 * rows cannot be shared out evenly.
 * @param freeBytes that the device has left for the process, its cache included.
 * @returns null where it gives up: more slices than it ever makes.
 */
export function slicesOf(
  { unit, bytes, timesOver, evenRowsUnit, mostSlices }: Slicing,
  elements: readonly number[],
  freeBytes: number,
): { readonly slices: number; readonly isWhole: boolean } | null {
  const wantedBytes = bytes * (elements[unit] ?? 0) * timesOver;
  if (wantedBytes <= freeBytes) return { slices: 1, isWhole: false };
  const slices = freeBytes > 0 ? 2 ** Math.ceil(Math.log2(wantedBytes / freeBytes)) : Infinity;
  if (slices > mostSlices) return null;
  const isWhole = evenRowsUnit !== null && (elements[evenRowsUnit] ?? 0) % slices !== 0;
  return { slices: isWhole ? 1 : slices, isWhole };
}

/** Bytes that may be free, from the first and below the second, for the same to be decided. */
export function sameSlices(
  { unit, bytes, timesOver, mostSlices }: Slicing,
  elements: readonly number[],
  freeBytes: number,
): { readonly fromBytes: number; readonly upToBytes: number } {
  const wantedBytes = bytes * (elements[unit] ?? 0) * timesOver;
  if (wantedBytes <= freeBytes) return { fromBytes: wantedBytes, upToBytes: Infinity };
  const slices = freeBytes > 0 ? 2 ** Math.ceil(Math.log2(wantedBytes / freeBytes)) : Infinity;
  if (slices > mostSlices || slices === Infinity) return { fromBytes: -Infinity, upToBytes: wantedBytes / mostSlices };
  return { fromBytes: wantedBytes / slices, upToBytes: (2 * wantedBytes) / slices };
}
