import type { GenerationSettings, Operation } from '../protocol/settings.ts';
import type { Hints } from '../hosts/hints.ts';
import type { Fit, HostTraits, Observation, ReplayFit } from '../model/types.ts';

export type Budget = 'probe' | 'quick' | 'default' | 'thorough' | number;

/** A fit of known networks, and those that may be meant besides. */
export type Belief = Fit & { readonly replay: ReplayFit };

export interface PlanOptions {
  readonly maxSizePx: number;
  readonly maxBatchSize: number;
  readonly operations: readonly Operation[];
  readonly budget: Budget;
  /** Process-side MiB that fit on the card: nothing is planned that may need more. null = no limit known. */
  readonly limitMiB: number | null;
  readonly seed: number;
  readonly traits: HostTraits;
  /** Where to look for its networks first; anywhere where none are given. */
  readonly hints?: Hints;
  /** Whether runs under a cap can be made; they can unless this says no. */
  readonly caps?: boolean;
  /** Settings that the host failed to run: they are not asked for again. */
  readonly failed?: readonly GenerationSettings[];
  /** What was run on the set-up before the benchmark began: it need not be run again. */
  readonly before?: readonly Observation[];
}

export interface PlannedRun {
  readonly settings: GenerationSettings;
  /** Run it under this cap, for whether it succeeds; null = uncapped, for its peaks. */
  readonly capMiB: number | null;
}
