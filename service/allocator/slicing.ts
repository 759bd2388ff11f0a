import { at } from '../base/at.ts';
import { slicesOfHeads, sameSlicesOfHeads } from './slicing-heads.ts';
import type { SameSlices, Slice, Slicing, SlicingOfHeads, SlicingOfRows } from '../program/program.ts';

/**
 * Slices that work is cut into, after sd_hijack_optimizations.py of A1111 1.10.1.
 * @param elements of each unit of the program.
 * @param freeBytes that the device has left for the process, its cache included.
 * @returns null where it gives up.
 */
export function sliceOf(slicing: Slicing, elements: readonly number[], freeBytes: number): Slice | null {
  return isOfHeads(slicing) ? slicesOfHeads(slicing, elements, freeBytes) : slicesOfRows(slicing, elements, freeBytes);
}

export function sameSlices(slicing: Slicing, elements: readonly number[], freeBytes: number): SameSlices {
  return isOfHeads(slicing)
    ? sameSlicesOfHeads(slicing, elements, freeBytes)
    : sameSlicesOfRows(slicing, elements, freeBytes);
}

const isOfHeads = (slicing: Slicing): slicing is SlicingOfHeads => slicing.of === 'heads';

/**
 * Doggettx's: the least power of two with which one slice fits. It gives up where that is more slices than it ever
 * makes.
 */
function slicesOfRows(slicing: SlicingOfRows, elements: readonly number[], freeBytes: number): Slice | null {
  const { rowsUnit, evenly, mostSlices } = slicing;
  const slices = slicesToMake(slicing, elements, freeBytes);
  if (slices === 1) return { taken: 1, of: 1, isWhole: false };
  if (slices > mostSlices) return null;
  const rows = at(elements, rowsUnit);
  if (evenly && rows % slices !== 0) return { taken: 1, of: 1, isWhole: true };
  return { taken: Math.max(1, Math.floor(rows / slices)), of: rows, isWhole: false };
}

function sameSlicesOfRows(slicing: SlicingOfRows, elements: readonly number[], freeBytes: number): SameSlices {
  const wantedBytes = wantedOf(slicing, elements);
  const slices = slicesToMake(slicing, elements, freeBytes);
  if (slices === 1) return { fromBytes: wantedBytes, upToBytes: Infinity };
  if (slices > slicing.mostSlices || slices === Infinity)
    return { fromBytes: -Infinity, upToBytes: wantedBytes / slicing.mostSlices };
  return { fromBytes: wantedBytes / slices, upToBytes: (2 * wantedBytes) / slices };
}

function slicesToMake(slicing: SlicingOfRows, elements: readonly number[], freeBytes: number): number {
  const wantedBytes = wantedOf(slicing, elements);
  if (wantedBytes <= freeBytes) return 1;
  return freeBytes > 0 ? 2 ** Math.ceil(Math.log2(wantedBytes / freeBytes)) : Infinity;
}

function wantedOf({ unit, bytes, timesOver }: SlicingOfRows, elements: readonly number[]): number {
  return bytes * at(elements, unit) * timesOver;
}
