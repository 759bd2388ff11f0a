import type { Steps } from '../base/steps.ts';
import { besideFitMiB } from '../model/calibrate.ts';
import type { Fit } from '../model/types.ts';
import type { Run } from '../recorder/run.ts';
import type { DriftAlarm } from './calibration.ts';
import type { SimilarSetUp } from '../protocol/calibration.ts';
import { driftSince } from './drift-since.ts';
import { observationOf } from './observations.ts';
import { onWeights } from './on-weights.ts';

/** `similar`: the set-up that the estimates rest on; null where that is this one. */
export function* driftOf(
  runs: readonly Run[],
  fit: Fit | null,
  similar: SimilarSetUp | null,
): Steps<DriftAlarm | null> {
  const drift = driftSince(runs, similar === null ? 'own' : 'similar');
  if (drift === null) return null;
  const { meanMiB, sinceMs, ranOut } = drift;
  const since = runs.filter(
    ({ origin, startedAtMs, marks }) =>
      origin === 'ordinary' && startedAtMs >= sinceMs && marks.every((mark) => mark === 'outlier'),
  );
  const besideMiB =
    fit === null
      ? 0
      : yield* besideFitMiB(
          fit,
          onWeights(
            since.flatMap((run) => observationOf(run) ?? []),
            fit.traits,
          ),
        );
  return {
    meanMiB,
    sinceMs,
    ranOut,
    leftMiB: meanMiB > 0 ? Math.max(0, besideMiB) : Math.min(0, besideMiB),
    similar,
  };
}
