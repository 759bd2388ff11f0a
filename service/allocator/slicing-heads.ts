/**
 * InvokeAI's slices, after `einsum_op_cuda` and `einsum_op_tensor_mem` of A1111 1.10.1's sd_hijack_optimizations.py. It
 * never gives up: where not even one row finds room, PyTorch's own error ends the generation.
 */
import { at } from '../base/at.ts';
import { BYTES_PER_MIB } from '../base/units.ts';
import type { SameSlices, Slice, SlicingOfHeads } from '../program/program.ts';

/**
 * A power of two of slices: of heads, those of all pictures one after the other, and where there are too few of rows.
 * What cannot be shared out evenly makes more and smaller ones.
 */
export function slicesOfHeads(slicing: SlicingOfHeads, elements: readonly number[], freeBytes: number): Slice | null {
  const { heads, picturesUnit, rowsUnit } = slicing;
  const free = Math.floor(freeBytes);
  const wholeMiB = wholeMiBOf(slicing, elements);
  if (wholeMiB * BYTES_PER_MIB * slicing.timesOver <= free) return { taken: 1, of: 1, isWhole: false };
  // It would divide by what is free.
  if (free <= 0) return null;
  const slices = slicesToMake(slicing, wholeMiB, free);
  const allHeads = heads * at(elements, picturesUnit);
  if (slices <= allHeads) return { taken: Math.floor(allHeads / slices), of: allHeads, isWhole: false };
  const rows = at(elements, rowsUnit);
  return { taken: Math.max(1, Math.floor(rows / slices)), of: rows, isWhole: false };
}

export function sameSlicesOfHeads(slicing: SlicingOfHeads, elements: readonly number[], freeBytes: number): SameSlices {
  const free = Math.floor(freeBytes);
  const wholeMiB = wholeMiBOf(slicing, elements);
  const wholeFromBytes = Math.ceil(wholeMiB * BYTES_PER_MIB * slicing.timesOver);
  if (wholeFromBytes <= free) return { fromBytes: wholeFromBytes, upToBytes: Infinity };
  if (free <= 0) return { fromBytes: -Infinity, upToBytes: Math.min(1, wholeFromBytes) };
  const slices = slicesToMake(slicing, wholeMiB, free);
  const lessBytes = (wholeMiB - 1) * BYTES_PER_MIB * slicing.timesOver;
  return {
    fromBytes: Math.floor(lessBytes / slices) + 1,
    upToBytes: slices === 1 ? wholeFromBytes : Math.floor((2 * lessBytes) / slices) + 1,
  };
}

/** It reckons in whole MiB. */
function wholeMiBOf({ unit, bytes }: SlicingOfHeads, elements: readonly number[]): number {
  return Math.floor((bytes * at(elements, unit)) / BYTES_PER_MIB);
}

/** The first power of two above how many times over all but a MiB would be too much. */
function slicesToMake({ timesOver }: SlicingOfHeads, wholeMiB: number, freeBytes: number): number {
  const times = Math.floor(((wholeMiB - 1) * BYTES_PER_MIB * timesOver) / freeBytes);
  return times < 1 ? 1 : 2 ** (Math.floor(Math.log2(times)) + 1);
}
