import { atOnce, inTurns, type Steps } from '../base/steps.ts';
import type { SetUp } from '../hosts/host.ts';
import { fitInSteps } from '../model/fit.ts';
import type { StoredEnvironment } from '../recorder/run.ts';
import type { Calibration } from './calibration.ts';
import type { ReadHistories } from './history.ts';
import { createWorked, type KnownSetUp } from './worked.ts';
import { setOtherwise } from './set-otherwise.ts';
import { nearest } from './nearest.ts';
import { isOfNetworks } from './own-runs.ts';
import { isTooLittle, orUnmeasured } from './unmeasured.ts';

/** Keeps the fits of keys, made anew only when runs or traits have changed. */
export interface Calibrator {
  of(keyHash: string, environment: SetUp): Calibration;
  /**
   * The same; where it is not ready, the fit of the nearest similar set-up that is, with wider intervals; and where
   * there is none, what is known of its networks.
   */
  orSimilar(keyHash: string, environment: StoredEnvironment): Calibration;
  /**
   * Until a change of what is stored is done, and what follows from it for a set-up is worked out, in turns, the
   * calibration of that set-up stays as it is.
   * @param pause lets others have their turn.
   */
  standWhile(
    keyHash: string,
    environment: StoredEnvironment,
    change: () => Promise<void>,
    pause: () => Promise<void>,
  ): Promise<void>;
  /** Another number once a calibration stands no longer. */
  readonly revision: number;
}

/** Of a set-up while the one after it is worked out. */
interface Standing {
  readonly keyHash: string;
  readonly traits: string;
  readonly own: Calibration;
  readonly orSimilar: Calibration;
}

/**
 * Long, for its parts share the state that is kept here; none of them is.
 * @param known the set-ups among which a similar one is sought, last seen first.
 */
export function createCalibrator(
  histories: ReadHistories,
  known: () => readonly KnownSetUp[] = () => [],
  fit = fitInSteps,
): Calibrator {
  const worked = createWorked(histories, fit);
  const similar = new Map<string, { readonly of: string; readonly calibration: Calibration }>();
  let standing: Standing | null = null;
  let revision = 0;

  function* workedOrSimilar(keyHash: string, environment: StoredEnvironment): Steps<Calibration> {
    const own = yield* worked.of(keyHash, environment);
    if ((own.state === 'ready' && !own.imported.used) || own.refusal !== null) return own;
    // Which set-up is the nearest that is ready, any stored run may change.
    const key = JSON.stringify([histories.revision, environment]);
    const cached = similar.get(keyHash);
    if (cached?.of === key) return cached.calibration;
    const [setUp, surroundings] = [
      { keyHash, environment },
      { histories, worked, known },
    ];
    // What was measured on this machine comes before what was not.
    const mine = worked.withoutImported(keyHash, own);
    const calibration =
      // A few runs of this set-up tell more of it, where its networks are known, than many of another.
      (mine.fit !== null && isOfNetworks(mine.fit) ? mine : null) ??
      (yield* nearest(mine, setUp, false, surroundings)) ??
      (own.state === 'ready' ? own : yield* nearest(own, setUp, true, surroundings)) ??
      (isTooLittle(own)
        ? orUnmeasured(own, environment, histories.of(keyHash), yield* setOtherwise(setUp, surroundings))
        : own);
    similar.set(keyHash, { of: key, calibration });
    return calibration;
  }

  function standingOf(keyHash: string, environment: SetUp): Standing | null {
    return standing?.keyHash === keyHash && standing.traits === JSON.stringify(environment.traits) ? standing : null;
  }

  const of = (keyHash: string, environment: SetUp): Calibration =>
    standingOf(keyHash, environment)?.own ?? atOnce(worked.of(keyHash, environment));
  const orSimilar = (keyHash: string, environment: StoredEnvironment): Calibration =>
    standingOf(keyHash, environment)?.orSimilar ?? atOnce(workedOrSimilar(keyHash, environment));

  return {
    of,
    orSimilar,
    standWhile: async (keyHash, environment, change, pause) => {
      const traits = JSON.stringify(environment.traits);
      standing = { keyHash, traits, own: of(keyHash, environment), orSimilar: orSimilar(keyHash, environment) };
      try {
        await change();
        await inTurns(workedOrSimilar(keyHash, environment), pause);
      } finally {
        standing = null;
        revision += 1;
      }
    },
    get revision() {
      return revision;
    },
  };
}
