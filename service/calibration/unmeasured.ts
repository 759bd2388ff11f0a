import type { SetUp } from '../hosts/host.ts';
import { traitsOf } from '../hosts/hosts.ts';
import { knownOf } from '../model/known.ts';
import { ofLawsToldBy } from '../model/unmeasured/told-laws.ts';
import { unmeasured, type WhyNot } from '../model/unmeasured/unmeasured.ts';
import { isExact } from '../model/rows.ts';
import type { Fit } from '../model/types.ts';
import type { FitFailure } from '../protocol/calibration.ts';
import { OPERATIONS } from '../protocol/settings.ts';
import type { Calibration } from './calibration.ts';
import type { History } from './history.ts';
import { observationsForFit } from './observations.ts';
import { onWeights } from './on-weights.ts';

/** Runs say too little, rather than other than what the set-up says of its networks. */
const TOO_LITTLE: ReadonlySet<FitFailure> = new Set([
  'no-runs',
  'all-runs-failed',
  'too-few-runs',
  'needs-another-size',
  'needs-a-larger-batch',
]);

/** There is no fit, and the runs there are speak against none. */
export function isTooLittle({ fit, finding }: Calibration): boolean {
  return fit === null && finding.code === 'not-fitted' && TOO_LITTLE.has(finding.reason);
}

/**
 * Where runs are too little: by what is known of the networks, held to what runs have shown of their settings.
 * @param otherwise the fit of a set-up of this card whose runs have told its laws; null where none has.
 */
export function orUnmeasured(
  own: Calibration,
  environment: SetUp,
  { runs }: History,
  otherwise: Fit | null = null,
): Calibration {
  const observations = onWeights(observationsForFit(runs), traitsOf(environment));
  // One such run would have told which of the networks it is, were it any of them.
  if (observations.some((run) => isExact(run) && run.capMiB === null && run.activePeakMiB !== null)) return own;
  const made = unmeasured(environment.key, traitsOf(environment), environment.device ?? null);
  if (!made.ok) return notReplayed(own, made.reason);
  const { replay, staticMiB } = made.value;
  const fit = {
    ...made.value,
    replay: replay === null ? null : ofLawsToldBy(otherwise, replay),
    known: knownOf(observations, staticMiB),
  };
  return { ...own, state: 'unmeasured', fit, operations: OPERATIONS, finding: { code: 'unmeasured', runs: own.runs } };
}

/** Where nothing was run either it is said what keeps it from being worked out. */
function notReplayed(own: Calibration, why: WhyNot): Calibration {
  const { finding } = own;
  return why !== 'other-backend' && finding.code === 'not-fitted' && finding.reason === 'no-runs'
    ? { ...own, finding: { code: 'not-replayed', why } }
    : own;
}
