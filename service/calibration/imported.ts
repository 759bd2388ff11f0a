import { estimate } from '../estimate/estimate.ts';
import { failedAtMiB } from '../model/known.ts';
import { isExact } from '../model/rows.ts';
import type { Fit, Interval, Observation } from '../model/types.ts';
import type { Steps } from '../base/steps.ts';
import type { Contradictions } from '../protocol/notice.ts';
import type { Run } from '../recorder/run.ts';
import { observationOf } from './observations.ts';
import { onWeights } from './on-weights.ts';

/** What imports brought of a set-up, and what becomes of it. */
export interface ImportedRuns {
  /** All that are stored. */
  readonly kept: number;
  /** Of thousands only the newest are looked at. */
  readonly looked: number;
  /** Whether the estimates rest on them: where too little was measured here. */
  readonly used: boolean;
  /** Ids of those that contradict what was measured here; they are left out. */
  readonly contradicted: ReadonlySet<string>;
}

export const NOTHING_IMPORTED: ImportedRuns = { kept: 0, looked: 0, used: false, contradicted: new Set() };

/** Null where nothing contradicts. */
export function contradictionsOf({ contradicted, looked }: ImportedRuns): Contradictions | null {
  return contradicted.size === 0 ? null : { contradicted: contradicted.size, looked };
}

/**
 * One of twenty lies outside an interval by chance, so one that lies twice as far out is the least that contradicts.
 */
const TIMES_OUTSIDE = 2;
/** Where so many do, they are of another machine, or made up, and so may the rest be. */
const MOST_CONTRADICTED = 0.2;
/** Active bytes are most of what is required, whatever the allocator makes of them. */
const LEAST_ACTIVE_SHARE = 0.5;
/** A convolution's workspace is active and can be done without. */
const MOST_ACTIVE_SHARE = 1.15;

/** Ids of the imported runs that what was measured here contradicts: some of them, or all. */
export function* contradictedBy(fit: Fit, imported: readonly Run[]): Steps<ReadonlySet<string>> {
  const compared: { readonly runId: string; readonly contradicts: boolean }[] = [];
  for (const run of imported) {
    const observation = run.marks.length === 0 ? observationOf(run) : null;
    if (observation === null) continue;
    const [now] = onWeights([observation], fit.traits);
    compared.push({ runId: run.runId, contradicts: now !== undefined && contradicts(fit, now, TIMES_OUTSIDE) });
    yield;
  }
  const contradicted = compared.filter((one) => one.contradicts).map(({ runId }) => runId);
  return new Set(isTooMany(contradicted.length, compared.length) ? imported.map(({ runId }) => runId) : contradicted);
}

/** Whether a fit that rests on imported runs, with its wider intervals, says other than what was measured here. */
export function* contradictsOwn(fit: Fit, own: readonly Observation[]): Steps<boolean> {
  let contradicting = 0;
  for (const one of own) {
    if (contradicts(fit, one, 1)) contradicting += 1;
    yield;
  }
  return isTooMany(contradicting, own.length);
}

function isTooMany(contradicted: number, compared: number): boolean {
  return contradicted > compared * MOST_CONTRADICTED;
}

/** Whether a run lies so many times outside its interval. */
function contradicts(fit: Fit, run: Observation, times: number): boolean {
  const { settings, capMiB, outcome, activePeakMiB, reservedPeakMiB, roomMiB } = run;
  const result = estimate(fit, settings, roomMiB);
  if (!result.ok) return true;
  const [required, peak] = [stretched(result.required, times), stretched(result.peak, times)];
  if (outcome === 'oom') {
    const failedMiB = capMiB ?? failedAtMiB(run, fit.staticMiB);
    return failedMiB !== null && failedMiB > required.highMiB;
  }
  if (
    activePeakMiB !== null &&
    (activePeakMiB > required.highMiB * MOST_ACTIVE_SHARE || activePeakMiB < required.lowMiB * LEAST_ACTIVE_SHARE)
  )
    return true;
  // What a run got was enough, whether a cap or the device bounded it.
  const enoughMiB = capMiB ?? reservedPeakMiB;
  if (enoughMiB !== null && enoughMiB < required.lowMiB) return true;
  if (capMiB !== null || reservedPeakMiB === null) return false;
  return reservedPeakMiB > peak.highMiB || (isExact(run) && reservedPeakMiB < peak.lowMiB);
}

function stretched({ valueMiB, lowMiB, highMiB }: Interval, times: number): Interval {
  return { valueMiB, lowMiB: valueMiB - times * (valueMiB - lowMiB), highMiB: valueMiB + times * (highMiB - valueMiB) };
}
