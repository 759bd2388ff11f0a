import { atOnce, inTurns, type Steps } from '../base/steps.ts';
import type { Abilities, Inability, SetUp } from '../hosts/host.ts';
import { hintsOf } from '../hosts/hints.ts';
import { abilitiesOf, traitsOf } from '../hosts/hosts.ts';
import { besideFitMiB, calibrate as calibrateModel } from '../model/calibrate.ts';
import { fitInSteps } from '../model/fit.ts';
import type { Fit, FitFailure, Observation } from '../model/types.ts';
import type { Operation } from '../protocol/settings.ts';
import type { Run, StoredEnvironment } from '../recorder/run.ts';
import type { KnownEnvironment } from '../store/store.ts';
import type { History, ReadHistories } from './history.ts';
import { contradictedBy, contradictsOwn, NOTHING_IMPORTED, type ImportedRuns } from './imported.ts';
import { observationOf, observationsForFit, observationsLeftOver } from './observations.ts';
import { withoutLeftBehind } from './left-behind.ts';
import { driftSince, type DriftSince } from './drift-since.ts';
import { asSimilar, differenceOf, type Change } from './similar.ts';
import { upscalersTold } from '../operations/upscaler.ts';

/**
 * What is known of one set-up. `runs`: those that the fit learnt from, or could. `kept`: all that are stored, marked
 * and imported ones too.
 */
export interface Calibration {
  readonly state: 'none' | 'partial' | 'ready';
  readonly runs: number;
  readonly kept: number;
  readonly finding: Finding;
  readonly fit: Fit | null;
  /** Those that the fit has seen runs of. */
  readonly operations: readonly Operation[];
  /** Image upscalers whose memory it knows. */
  readonly upscalers: readonly string[];
  /** The set-up whose fit this is; null where that is this one. */
  readonly similar: SimilarSetUp | null;
  readonly imported: ImportedRuns;
  readonly drift: DriftAlarm | null;
  /** Why there is no fit whatever the runs. */
  readonly refusal: Abilities['reason'];
}

/** What a set-up is calibrated from, or why it is not. */
export type Finding =
  | { readonly code: 'unable'; readonly why: Inability }
  | { readonly code: 'no-checkpoint' }
  | { readonly code: 'not-fitted'; readonly reason: FitFailure }
  | { readonly code: 'partial' | 'ready'; readonly runs: number }
  | { readonly code: 'imported'; readonly imported: number; readonly own: number }
  | { readonly code: 'similar'; readonly similar: SimilarSetUp };

/** A set-up that was measured, and in what this one differs. `imported`: its runs were. */
export interface SimilarSetUp {
  readonly changes: readonly Change[];
  readonly imported: boolean;
}

/**
 * That ordinary runs have left their estimates. `meanMiB`: by how much, negative where they took less; `leftMiB`: how
 * far their peaks lie beside the fit as it is now, which has learnt from the latest of them. `similar`: the set-up that
 * those rested on; null where it was this one.
 */
export interface DriftAlarm extends Pick<DriftSince, 'meanMiB' | 'sinceMs' | 'ranOut'> {
  readonly leftMiB: number;
  readonly similar: SimilarSetUp | null;
}

/** Keeps the fits of keys, made anew only when runs or traits have changed. */
export interface Calibrator {
  of(keyHash: string, environment: SetUp): Calibration;
  /** The same; where it is not ready, the fit of the nearest similar set-up that is, with wider intervals. */
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

/** From here on the coefficients are held by more runs than there are of them. */
const READY_RUNS = 8;

/** Set-ups that are like one: each may take a tenth of a second to fit, and somebody may import thousands. */
const MOST_TRIED = 4;

/** While the WebUI has no checkpoint: of what it will have, nothing is known. */
export function nothingLoaded(environment: SetUp): Calibration {
  const { reason, why } = abilitiesOf(environment);
  return {
    state: 'none',
    runs: 0,
    kept: 0,
    finding: why === null ? { code: 'no-checkpoint' } : { code: 'unable', why },
    fit: null,
    operations: [],
    upscalers: [],
    similar: null,
    drift: null,
    refusal: reason,
    imported: NOTHING_IMPORTED,
  };
}

/** Fewer different settings say too little of all others to set an interval by. */
const ENOUGH_SETTINGS = 5;

/**
 * The peak's interval by runs of settings that the fit has seen often enough: it learnt from a few of each, these are
 * new to it.
 */
function* calibrated(fit: Fit, leftOver: readonly Observation[]): Steps<Fit> {
  const settings = new Set(leftOver.map((one) => JSON.stringify(one.settings)));
  return settings.size < ENOUGH_SETTINGS ? fit : yield* calibrateModel(fit, leftOver);
}

/** `similar`: the set-up that the estimates rest on; null where that is this one. */
function* driftOf(runs: readonly Run[], fit: Fit | null, similar: SimilarSetUp | null): Steps<DriftAlarm | null> {
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
          since.flatMap((run) => observationOf(run) ?? []),
        );
  return {
    meanMiB,
    sinceMs,
    ranOut,
    leftMiB: meanMiB > 0 ? Math.max(0, besideMiB) : Math.min(0, besideMiB),
    similar,
  };
}

/** A benchmark of one's own needs no one else's runs; generations of a person's own, often of one size, do. */
function suffices(own: Calibration, runs: readonly Run[]): boolean {
  return (
    own.state === 'ready' &&
    runs.filter(({ origin, marks }) => origin === 'benchmark' && marks.length === 0).length >= READY_RUNS
  );
}

/** @param known the set-ups among which a similar one is sought, last seen first. */
export function createCalibrator(
  histories: ReadHistories,
  known: () => readonly Pick<KnownEnvironment, 'keyHash' | 'environment'>[] = () => [],
  fit = fitInSteps,
): Calibrator {
  const cache = new Map<
    string,
    { readonly history: History; readonly traits: string; readonly own: Calibration; readonly calibration: Calibration }
  >();
  const similar = new Map<string, { readonly of: string; readonly calibration: Calibration }>();
  let standing: Standing | null = null;
  let revision = 0;

  /** By what was measured here. */
  function* calibrate({ runs: history, stored }: History, environment: SetUp): Steps<Calibration> {
    const traits = traitsOf(environment);
    const all = withoutLeftBehind(history, traits);
    const abilities = abilitiesOf(environment);
    const observations = observationsForFit(all);
    const runs = observations.length;
    const operations = [...new Set(observations.map(({ settings }) => settings.operation))];
    const upscalers = upscalersTold(observations.map(({ settings }) => settings));
    const about = {
      runs,
      kept: stored,
      operations,
      upscalers,
      similar: null,
      imported: NOTHING_IMPORTED,
      refusal: abilities.reason,
    };
    if (abilities.why !== null) {
      const finding: Finding = { code: 'unable', why: abilities.why };
      return { ...about, runs: 0, state: 'none', fit: null, drift: null, finding };
    }
    const result = yield* fit(observations, traits, hintsOf(environment.key));
    if (!result.ok) {
      const refusal = result.reason === 'no-known-networks' ? 'attention-adapts' : null;
      return {
        ...about,
        state: 'none',
        fit: null,
        drift: yield* driftOf(all, null, null),
        finding: { code: 'not-fitted', reason: result.reason },
        refusal,
      };
    }
    const made = yield* calibrated(result.value, observationsLeftOver(all));
    const fitted = { ...about, fit: made, drift: yield* driftOf(all, made, null) };
    const state = runs < READY_RUNS ? 'partial' : 'ready';
    return { ...fitted, state, finding: { code: state, runs } };
  }

  /**
   * With what imports brought, where too little was measured here to do without and what was does not contradict it.
   */
  function* withImported(
    own: Calibration,
    { runs, imported, importedStored }: History,
    environment: SetUp,
  ): Steps<Calibration> {
    if (importedStored === 0) return own;
    const kept = own.kept + importedStored;
    const found = own.fit === null ? new Set<string>() : yield* contradictedBy(own.fit, imported);
    const without: Calibration = {
      ...own,
      kept,
      imported: { kept: importedStored, looked: imported.length, used: false, contradicted: found },
    };
    if (own.refusal !== null || suffices(own, runs)) return without;
    const measured = new Set(runs.map(({ settings }) => JSON.stringify(settings)));
    const theirs = observationsForFit(
      imported.filter(({ runId, settings }) => !found.has(runId) && !measured.has(JSON.stringify(settings))),
    );
    const mine = observationsForFit(runs);
    const observations = [...mine, ...theirs];
    const traits = traitsOf(environment);
    const result = theirs.length === 0 ? null : yield* fit(observations, traits, hintsOf(environment.key));
    if (result?.ok !== true) return without;
    // Whoever measured it, it was not this machine: no nearer than a set-up that is like it.
    const made = asSimilar(result.value, traits, mine);
    if (yield* contradictsOwn(made, mine))
      return {
        ...without,
        imported: { ...without.imported, contradicted: new Set(imported.map(({ runId }) => runId)) },
      };
    return {
      ...without,
      state: observations.length < READY_RUNS ? 'partial' : 'ready',
      runs: observations.length,
      fit: made,
      operations: [...new Set(observations.map(({ settings }) => settings.operation))],
      upscalers: upscalersTold(observations.map(({ settings }) => settings)),
      imported: { ...without.imported, used: true },
      finding: { code: 'imported', imported: theirs.length, own: mine.length },
    };
  }

  function* worked(keyHash: string, environment: SetUp): Steps<Calibration> {
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
        : yield* calibrate(history, environment);
    const calibration = yield* withImported(own, history, environment);
    cache.set(keyHash, { history, traits: key, own, calibration });
    return calibration;
  }

  /** The same by what was measured here alone. */
  function withoutImported(keyHash: string, { kept, imported, ...all }: Calibration): Calibration {
    return { ...(cache.get(keyHash)?.own ?? all), kept, imported: { ...imported, used: false } };
  }

  /** @param ofImported whether the other may rest on imported runs. */
  function* nearest(
    own: Calibration,
    keyHash: string,
    environment: StoredEnvironment,
    ofImported: boolean,
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
      const { state, fit: found, operations, upscalers, imported } = yield* worked(hash, its);
      if (state !== 'ready' || found === null || imported.used !== ofImported) continue;
      const like: SimilarSetUp = { changes: difference.changes, imported: ofImported };
      const { runs } = histories.of(keyHash);
      const made = asSimilar(found, traitsOf(environment), observationsForFit(runs));
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

  function* workedOrSimilar(keyHash: string, environment: StoredEnvironment): Steps<Calibration> {
    const own = yield* worked(keyHash, environment);
    if ((own.state === 'ready' && !own.imported.used) || own.refusal !== null) return own;
    // Which set-up is the nearest that is ready, any stored run may change.
    const key = JSON.stringify([histories.revision, environment]);
    const cached = similar.get(keyHash);
    if (cached?.of === key) return cached.calibration;
    // What was measured on this machine comes before what was not.
    const calibration =
      (yield* nearest(withoutImported(keyHash, own), keyHash, environment, false)) ??
      (own.state === 'ready' ? own : yield* nearest(own, keyHash, environment, true)) ??
      own;
    similar.set(keyHash, { of: key, calibration });
    return calibration;
  }

  function standingOf(keyHash: string, environment: SetUp): Standing | null {
    return standing?.keyHash === keyHash && standing.traits === JSON.stringify(environment.traits) ? standing : null;
  }

  const of = (keyHash: string, environment: SetUp): Calibration =>
    standingOf(keyHash, environment)?.own ?? atOnce(worked(keyHash, environment));
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
