import type { Abilities, Inability, SetUp } from '../hosts/host.ts';
import { abilitiesOf } from '../hosts/hosts.ts';
import type { Fit, FitFailure } from '../model/types.ts';
import type { Operation } from '../protocol/settings.ts';
import type { DriftSince } from './drift-since.ts';
import { NOTHING_IMPORTED, type ImportedRuns } from './imported.ts';
import type { Change } from './similar.ts';

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
}

/** What a set-up is calibrated from, or why it is not. */
export type Finding =
  | { readonly code: 'unable'; readonly why: Inability }
  | { readonly code: 'no-checkpoint' }
  | { readonly code: 'not-fitted'; readonly reason: FitFailure }
  | { readonly code: 'unmeasured' }
  | { readonly code: 'few' | 'partial' | 'ready'; readonly runs: number }
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
  };
}
