import type { Steps } from '../base/steps.ts';
import { traitsOf } from '../hosts/hosts.ts';
import { READY_RUNS, type Calibration } from './calibration.ts';
import type { SimilarSetUp } from '../protocol/calibration.ts';
import { driftOf } from './drift-alarm.ts';
import type { ReadHistories } from './history.ts';
import { observationsForFit } from './observations.ts';
import { onWeights } from './on-weights.ts';
import { asSimilar, differenceOf } from './similar.ts';
import type { KnownSetUp, Worked } from './worked.ts';

/** Set-ups that are like one: each may take a tenth of a second to fit, and somebody may import thousands. */
const MOST_TRIED = 4;

/** Where the nearest set-up is sought. `known`: last seen first. */
export interface Surroundings {
  readonly histories: ReadHistories;
  readonly worked: Worked;
  readonly known: () => readonly KnownSetUp[];
}

/**
 * By the fit of the nearest similar set-up that is ready; null where there is none.
 * @param ofImported whether the other may rest on imported runs.
 */
export function* nearest(
  own: Calibration,
  { keyHash, environment }: KnownSetUp,
  ofImported: boolean,
  { histories, worked, known }: Surroundings,
): Steps<Calibration | null> {
  const near = known()
    .filter((one) => one.keyHash !== keyHash)
    .flatMap(({ keyHash: hash, environment: its }) => {
      const difference = differenceOf(its, environment);
      return difference === null ? [] : [{ hash, its, difference }];
    })
    .sort((a, b) => a.difference.distance - b.difference.distance)
    .filter(({ hash }) => histories.has(hash, READY_RUNS))
    .slice(0, MOST_TRIED);
  for (const { hash, its, difference } of near) {
    const { state, fit: found, operations, upscalers, imported } = yield* worked.of(hash, its);
    if (state !== 'ready' || found === null || imported.used !== ofImported) continue;
    const like: SimilarSetUp = { changes: difference.changes, imported: ofImported };
    const { runs } = histories.of(keyHash);
    const traits = traitsOf(environment);
    const made = asSimilar(found, traits, onWeights(observationsForFit(runs), traits));
    return {
      ...own,
      fit: made,
      operations,
      upscalers,
      similar: like,
      imported: { ...own.imported, used: ofImported },
      drift: yield* driftOf(runs, made, like),
      finding: { code: 'similar', similar: like },
    };
  }
  return null;
}
