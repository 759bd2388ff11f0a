/** What is required by size and batch size, and where the edge runs. Pure. */
import { at } from '../../service/base/at.ts';
import type { Curves } from './curve-lines.ts';

/** Wider tables are not read. */
const MOST_COLUMNS = 12;

export interface Cell {
  readonly requiredMiB: number | null;
  /** Of what the WebUI can have; null where that is not known. */
  readonly share: number | null;
  readonly isOver: boolean;
  /** On which of its sides the edge runs. */
  readonly edges: readonly ('left' | 'top')[];
}

export interface Heat {
  readonly sizesPx: readonly number[];
  readonly rows: readonly { readonly batchSize: number; readonly cells: readonly Cell[] }[];
}

/** @returns null where there are no lines. */
export function heatOf({ sizesPx, lines, roomMiB }: Curves): Heat | null {
  if (lines.length === 0) return null;
  // The largest is always there: it is the one at the edge.
  const step = Math.ceil(sizesPx.length / MOST_COLUMNS);
  const indexes = sizesPx.map((_, index) => index).filter((index) => (sizesPx.length - 1 - index) % step === 0);
  const isOver = (line: Curves['lines'][number] | undefined, index: number | undefined): boolean => {
    if (line === undefined || index === undefined || roomMiB === null) return false;
    const { valueMiB } = line.required;
    const mib = valueMiB[index] ?? null;
    // A line ends where it has crossed the edge.
    return mib === null ? valueMiB.slice(0, index).some((one) => one !== null) : mib > roomMiB;
  };
  const rows = lines.map((line, row) => ({
    batchSize: line.batchSize,
    cells: indexes.map((index, column): Cell => {
      const over = isOver(line, index);
      const requiredMiB = line.required.valueMiB[index] ?? null;
      const left = over && column > 0 && !isOver(line, indexes[column - 1]);
      const top = over && row > 0 && !isOver(lines[row - 1], index);
      return {
        requiredMiB,
        share: roomMiB === null || roomMiB === 0 || requiredMiB === null ? null : requiredMiB / roomMiB,
        isOver: over,
        edges: [...(left ? (['left'] as const) : []), ...(top ? (['top'] as const) : [])],
      };
    }),
  }));
  return { sizesPx: indexes.map((index) => at(sizesPx, index)), rows };
}
