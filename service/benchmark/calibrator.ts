import type { HostTraits } from '../protocol/host.ts';
import { fit as fitModel } from '../model/fit.ts';
import type { Fit, FitFailure } from '../model/types.ts';
import type { Run } from '../recorder/run.ts';
import { observationsForFit } from './observations.ts';

/** What is known of one set-up. `runs`: those that the fit learnt from, or could. */
export interface Calibration {
  readonly state: 'none' | 'partial' | 'ready';
  readonly runs: number;
  readonly message: string;
  readonly fit: Fit | null;
}

/** Keeps the fit of the key in force, made anew only when runs or traits have changed. */
export interface Calibrator {
  of(keyHash: string, traits: HostTraits): Calibration;
  /** The runs of the key changed. */
  invalidate(keyHash: string): void;
}

/** From here on the coefficients are held by more runs than there are of them. */
const READY_RUNS = 8;

const WHAT_TO_DO = 'Press Run Benchmark in the Headroom tab.';
const FAILURES: Readonly<Record<FitFailure, string>> = {
  'no-runs': `Not calibrated for this set-up: nothing was measured on it yet. ${WHAT_TO_DO}`,
  'all-runs-failed': `Not calibrated: every run so far ran out of memory. Free some memory, or choose a smaller image size, and press Run Benchmark again.`,
  'too-few-runs': `Not calibrated yet: one run is not enough. ${WHAT_TO_DO}`,
  'needs-another-size': `Not calibrated yet: all runs so far have one image size. ${WHAT_TO_DO}`,
  'needs-a-larger-batch': `Not calibrated yet: all runs so far have batch size 1. ${WHAT_TO_DO}`,
  'figures-below-weights': 'Not calibrated: the measured peaks are below what the WebUI says its weights take. Forget these runs and press Run Benchmark again.',
};

export function createCalibrator(runsOf: (keyHash: string) => readonly Run[], fit = fitModel): Calibrator {
  const cache = new Map<string, { readonly traits: string; readonly calibration: Calibration }>();

  function calibrate(keyHash: string, traits: HostTraits): Calibration {
    const observations = observationsForFit(runsOf(keyHash));
    const runs = observations.length;
    const result = fit(observations, traits);
    if (!result.ok) return { state: 'none', runs, fit: null, message: FAILURES[result.reason] };
    if (runs < READY_RUNS) return { state: 'partial', runs, fit: result.fit, message: `Calibrated from only ${runs} runs: the intervals are wide. ${WHAT_TO_DO}` };
    return { state: 'ready', runs, fit: result.fit, message: `Calibrated from ${runs} runs.` };
  }

  return {
    of: (keyHash, traits) => {
      const key = JSON.stringify(traits);
      const cached = cache.get(keyHash);
      if (cached?.traits === key) return cached.calibration;
      const calibration = calibrate(keyHash, traits);
      cache.set(keyHash, { traits: key, calibration });
      return calibration;
    },
    invalidate: (keyHash) => {
      cache.delete(keyHash);
    },
  };
}
