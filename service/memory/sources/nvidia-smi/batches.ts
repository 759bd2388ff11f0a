/** Groups the rows of a loop into moments: nvidia-smi prints a line per device, with nothing between two rounds. */
import type { Clock } from '../../../base/clock.ts';
import type { RowKey, RowReading } from './rows.ts';

/** How long a round waits for rows that do not come: all rows of one round are printed together. */
const SETTLE_MS = 40;

export interface Batches {
  add(reading: RowReading): void;
  /** Forgets a round that is not complete. */
  clear(): void;
}

/** Calls `onBatch` when all `expected` rows are there, when a device shows again, or when no more rows come. */
export function createBatches(
  clock: Clock,
  expected: number,
  onBatch: (readings: readonly RowReading[]) => void,
): Batches {
  let readings: RowReading[] = [];
  let timer: { clear(): void } | null = null;
  const clear = () => {
    timer?.clear();
    timer = null;
    readings = [];
  };
  const flush = () => {
    const batch = readings;
    clear();
    if (batch.length > 0) onBatch(batch);
  };
  return {
    add(reading) {
      if (readings.some((earlier) => sameDevice(keyOf(earlier), keyOf(reading)))) flush();
      readings.push(reading);
      if (readings.length >= expected) flush();
      else timer ??= clock.setTimeout(flush, SETTLE_MS);
    },
    clear,
  };
}

function keyOf(reading: RowReading): RowKey {
  return reading.ok ? reading.row : reading.key;
}

function sameDevice(a: RowKey, b: RowKey): boolean {
  const same = (x: string | number | null, y: string | number | null) => x !== null && x === y;
  return same(a.uuid, b.uuid) || same(a.busId, b.busId) || same(a.index, b.index);
}
