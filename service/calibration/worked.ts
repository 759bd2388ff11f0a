import type { Steps } from '../base/steps.ts';
import type { SetUp } from '../hosts/host.ts';
import { fitInSteps } from '../model/fit.ts';
import type { KnownEnvironment } from '../store/environment-rows.ts';
import type { Calibration } from './calibration.ts';
import type { History, ReadHistories } from './history.ts';
import { byOwnRuns } from './own-runs.ts';
import { withImported } from './with-imported.ts';

/** A set-up by its key. */
export type KnownSetUp = Pick<KnownEnvironment, 'keyHash' | 'environment'>;

interface Made {
  readonly history: History;
  readonly traits: string;
  readonly own: Calibration;
  readonly calibration: Calibration;
}

/** Calibrations by the runs of their own set-up, made anew only when runs or traits have changed. */
export interface Worked {
  of(keyHash: string, environment: SetUp): Steps<Calibration>;
  /** The same by what was measured here alone. */
  withoutImported(keyHash: string, calibration: Calibration): Calibration;
}

export function createWorked(histories: ReadHistories, fit = fitInSteps): Worked {
  const cache = new Map<string, Made>();
  return {
    *of(keyHash, environment) {
      // What follows may read some thousand runs.
      yield;
      const history = histories.of(keyHash);
      const key = JSON.stringify(environment.traits);
      const cached = cache.get(keyHash);
      if (cached?.history === history && cached.traits === key) return cached.calibration;
      // An import alone is no reason to fit anew what was measured here.
      const own =
        cached?.history.runs === history.runs && cached.history.stored === history.stored && cached.traits === key
          ? cached.own
          : yield* byOwnRuns(history, environment, fit);
      const calibration = yield* withImported(own, history, environment, fit);
      cache.set(keyHash, { history, traits: key, own, calibration });
      return calibration;
    },
    withoutImported: (keyHash, { kept, imported, ...all }) => ({
      ...(cache.get(keyHash)?.own ?? all),
      kept,
      imported: { ...imported, used: false },
    }),
  };
}
