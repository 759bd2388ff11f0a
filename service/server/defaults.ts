import { OPERATIONS } from '../protocol/settings.ts';
import type { BenchmarkOptions } from '../protocol/benchmark.ts';

/** By what cards of a size commonly run; `uptoMiB` leaves room for what a driver keeps for itself. */
const BY_TOTAL: readonly { readonly uptoMiB: number; readonly maxSizePx: number; readonly maxBatchSize: number }[] = [
  { uptoMiB: 6_200, maxSizePx: 768, maxBatchSize: 2 },
  { uptoMiB: 8_300, maxSizePx: 1024, maxBatchSize: 4 },
  { uptoMiB: 12_400, maxSizePx: 1280, maxBatchSize: 4 },
  { uptoMiB: 25_000, maxSizePx: 1536, maxBatchSize: 8 },
  { uptoMiB: Infinity, maxSizePx: 2048, maxBatchSize: 16 },
];
/** A processor takes minutes for what a card does in seconds. */
const ON_CPU = { maxSizePx: 512, maxBatchSize: 2 };
const UNKNOWN_TOTAL_MIB = 8_192;

/** What the form of Run Benchmark shows first. */
export function defaultOptions(totalMiB: number | null, label: 'VRAM' | 'RAM'): BenchmarkOptions {
  const total = totalMiB ?? UNKNOWN_TOTAL_MIB;
  const row = label === 'RAM' ? ON_CPU : BY_TOTAL.find(({ uptoMiB }) => total <= uptoMiB);
  const { maxSizePx, maxBatchSize } = row ?? { maxSizePx: 1024, maxBatchSize: 4 };
  return { maxSizePx, maxBatchSize, operations: [...OPERATIONS], budget: label === 'RAM' ? 'quick' : 'default' };
}
