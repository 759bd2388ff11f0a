import type { GenerationSettings } from '../protocol/settings.ts';
import { outputAreaMpx } from '../model/geometry.ts';
import type { PlanOptions } from './types.ts';

/** Settings this near to a run teach nothing new. */
const SAME_AREA = 1.05;
const SAME_BATCH = 1.2;

export function isAlike(a: GenerationSettings, b: GenerationSettings): boolean {
  const ratio = (of: (settings: GenerationSettings) => number): number => Math.max(of(a) / of(b), of(b) / of(a));
  if (a.operation !== b.operation || ratio(({ batchSize }) => batchSize) >= SAME_BATCH) return false;
  return ratio(({ width, height }) => width * height) < SAME_AREA && ratio(outputAreaMpx) < SAME_AREA;
}

/** Whether the host could not run such settings. */
export function hasFailed({ failed = [] }: Pick<PlanOptions, 'failed'>, settings: GenerationSettings): boolean {
  return failed.some((other) => isAlike(settings, other));
}
