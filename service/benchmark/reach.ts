import { outputAreaMpx, workMpx } from '../model/geometry.ts';
import { topOf } from '../plan/owed.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { BenchmarkOptions } from '../protocol/viewer.ts';
import type { Run } from '../recorder/run.ts';

/** What of the sizes that were asked for was not run, for a person; empty where all was reached. */
export function notReachedInWords(options: BenchmarkOptions, done: readonly Run[]): string[] {
  const { maxSizePx, maxBatchSize } = options;
  const ran = done
    .filter(({ outcome, marks }) => outcome === 'ok' && marks.length === 0)
    .map(({ settings }) => settings);
  const top = topOf(options);
  const [most] = ran.toSorted((a, b) => workMpx(b) - workMpx(a));
  if (most === undefined) return [];
  if (workMpx(most) >= top.workMpx && ran.some((settings) => outputAreaMpx(settings) >= top.areaMpx)) return [];
  const asked = `${maxSizePx} x ${maxSizePx} with batch size ${maxBatchSize}`;
  const why = 'most likely because the device has not the memory';
  return [
    `${asked} was not reached, ${why}: the largest run was ${sizeInWords(most)}, and estimates beyond it are marked so.`,
  ];
}

function sizeInWords({ width, height, batchSize, hires }: GenerationSettings): string {
  return `${hires?.width ?? width} x ${hires?.height ?? height} with batch size ${batchSize}`;
}
