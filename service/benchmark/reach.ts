import { outputAreaMpx, workMpx } from '../model/geometry.ts';
import { topOf } from '../plan/owed.ts';
import type { BenchmarkOptions, NotReached } from '../protocol/benchmark.ts';
import type { Run } from '../recorder/run.ts';

/** What of the sizes that were asked for was not run; null where all was reached, and where nothing ran. */
export function notReached(options: BenchmarkOptions, done: readonly Run[]): NotReached | null {
  const { maxSizePx, maxBatchSize } = options;
  const ran = done
    .filter(({ outcome, marks }) => outcome === 'ok' && marks.length === 0)
    .map(({ settings }) => settings);
  const top = topOf(options);
  const [most] = ran.toSorted((a, b) => workMpx(b) - workMpx(a));
  if (most === undefined) return null;
  const isReached = workMpx(most) >= top.workMpx && ran.some((settings) => outputAreaMpx(settings) >= top.areaMpx);
  return isReached ? null : { asked: { maxSizePx, maxBatchSize }, most };
}
