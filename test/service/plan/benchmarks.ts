/** Whole benchmarks of the synthetic host. */
import { fit } from '../../../service/model/fit.ts';
import type { Fit, Observation } from '../../../service/model/types.ts';
import { planNext, type PlannedRun, type PlanOptions } from '../../../service/plan/planner.ts';
import { observe, observeByPhase, SD15_LIKE, TRAITS } from '../model/synthetic-host.ts';
import { OPTIONS } from './examples.ts';

export type See = (next: PlannedRun) => Observation;
export const byPlanes: See = (next) => observe(SD15_LIKE, next);
export const byPhase: See = (next) => observeByPhase(SD15_LIKE, next);
export const withoutCounters: See = (next) => ({ ...byPlanes(next), activePeakMiB: null, phases: null });

/** Up to a picture that a benchmark reaches, which is `LARGEST`. */
export const REACHABLE: PlanOptions = { ...OPTIONS, maxSizePx: 1024, maxBatchSize: 4 };

export const LARGEST = { operation: 'txt2img', width: 1024, height: 1024, batchSize: 4, hires: null } as const;

/** Benchmarks that were run already: each takes seconds, and several tests look at the same one. */
const done = new Map<See, Map<string, readonly Observation[]>>();

export function runAll(options: PlanOptions, see: See = byPlanes): readonly Observation[] {
  const ofThese = done.get(see) ?? new Map<string, readonly Observation[]>();
  done.set(see, ofThese);
  const name = JSON.stringify(options);
  const known = ofThese.get(name);
  if (known !== undefined) return known;
  const runs: Observation[] = [];
  for (let next = planNext(options, runs); next !== null; next = planNext(options, runs)) runs.push(see(next));
  ofThese.set(name, runs);
  return runs;
}

export function fitOf(runs: readonly Observation[]): Fit {
  const result = fit(runs, TRAITS);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}
