import type { Abilities, SetUp } from '../hosts/host.ts';
import { abilitiesOf } from '../hosts/hosts.ts';
import type { Fit } from '../model/types.ts';
import type { Drift, Finding, SimilarSetUp } from '../protocol/calibration.ts';
import type { Operation } from '../protocol/settings.ts';
import type { Run } from '../recorder/run.ts';
import { NOTHING_IMPORTED, type ImportedRuns } from './imported.ts';

/**
 * What is known of one set-up. `runs`: those that the fit learnt from, or could. `kept`: all that are stored, marked
 * and imported ones too.
 */
export interface Calibration {
  /** `unmeasured`: the fit is of what is known of the networks, not of runs. */
  readonly state: 'none' | 'unmeasured' | 'partial' | 'ready';
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
  /** All that were measured here, marked ones too: of those with add-ons it is worked out what these take. */
  readonly ownRuns: readonly Run[];
  readonly key: SetUp['key'];
}

/** `leftMiB`: how far their peaks lie beside the fit as it is now, which has learnt from the latest of them. */
export interface DriftAlarm extends Drift {
  readonly leftMiB: number;
}

/** As pages are told. */
export function toldDrift({ meanMiB, sinceMs, ranOut, similar }: DriftAlarm): Drift {
  return { meanMiB: Math.round(meanMiB), sinceMs, ranOut, similar };
}

/** From here on the coefficients are held by more runs than there are of them. */
export const READY_RUNS = 8;

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
    ownRuns: [],
    key: environment.key,
  };
}
