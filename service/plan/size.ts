import { PROBE_RUNS } from './telling.ts';
import type { PlanOptions } from './types.ts';

const RUNS = { probe: PROBE_RUNS, quick: 10, default: 24, thorough: 48 } as const;

/** How many runs a benchmark takes at the most, the warm-up not counted. */
export function planSize(options: PlanOptions): number {
  return typeof options.budget === 'number' ? Math.max(0, Math.floor(options.budget)) : RUNS[options.budget];
}
