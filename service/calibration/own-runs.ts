import { calibrate } from '../model/calibrate.ts';
import type { Steps } from '../base/steps.ts';
import { hintsOf } from '../hosts/hints.ts';
import type { SetUp } from '../hosts/host.ts';
import { abilitiesOf, traitsOf } from '../hosts/hosts.ts';
import { fitInSteps } from '../model/fit.ts';
import type { Fit, Observation } from '../model/types.ts';
import { upscalersTold } from '../operations/upscaler.ts';
import { READY_RUNS, type Calibration } from './calibration.ts';
import type { Finding } from '../protocol/calibration.ts';
import { driftOf } from './drift-alarm.ts';
import type { History } from './history.ts';
import { NOTHING_IMPORTED } from './imported.ts';
import { withoutLeftBehind } from './left-behind.ts';
import { observationsForFit, observationsLeftOver } from './observations.ts';
import { onWeights } from './on-weights.ts';

/** Fewer different settings say too little of all others to set an interval by. */
const ENOUGH_SETTINGS = 5;

/**
 * The peak's interval by runs of settings that the fit has seen often enough: it learnt from a few of each, these are
 * new to it.
 */
function* calibrated(fit: Fit, leftOver: readonly Observation[]): Steps<Fit> {
  const settings = new Set(leftOver.map((one) => JSON.stringify(one.settings)));
  return settings.size < ENOUGH_SETTINGS ? fit : yield* calibrate(fit, leftOver);
}

/** By what was measured here. */
export function* byOwnRuns(
  { runs: history, stored }: History,
  environment: SetUp,
  fit = fitInSteps,
): Steps<Calibration> {
  const traits = traitsOf(environment);
  const all = withoutLeftBehind(history, traits);
  const abilities = abilitiesOf(environment);
  const observations = onWeights(observationsForFit(all), traits);
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
    ownRuns: history,
    key: environment.key,
  };
  if (abilities.why !== null) {
    const finding: Finding = { code: 'unable', why: abilities.why };
    return { ...about, runs: 0, state: 'none', fit: null, drift: null, finding };
  }
  const result = yield* fit(observations, traits, hintsOf(environment));
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
  const made = yield* calibrated(result.value, onWeights(observationsLeftOver(all), traits));
  const fitted = { ...about, fit: made, drift: yield* driftOf(all, made, null) };
  const state = runs < READY_RUNS && !isBorneOut(made) ? 'partial' : 'ready';
  return { ...fitted, state, finding: { code: state === 'partial' && isOfNetworks(made) ? 'few' : state, runs } };
}

/** Whether it rests on known networks, and runs under caps have shown that what is required is as worked out. */
export function isBorneOut(fit: Fit): boolean {
  return isOfNetworks(fit) && fit.runs.capped > 0;
}

/** Whether it takes all but a few figures from known networks. */
export function isOfNetworks({ replay, active }: Fit): boolean {
  return replay?.tellsNeed === true && active.every((coefficient) => coefficient === 0);
}
