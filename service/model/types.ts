/** What the model learns from and what it learns. MiB are of the WebUI's process: weights included, others excluded. */
import type { Result } from '../base/result.ts';
import type { FitFailure } from '../protocol/calibration.ts';
import type { KnownTraits as HostTraits } from '../protocol/host.ts';
import type { GenerationSettings, Phase } from '../protocol/settings.ts';
import type { Networks } from '../networks/networks.ts';

export type { HostTraits, Phase };
export type AttentionKind = HostTraits['attention'];

/** One run as the fit sees it; disturbed, spilled and interrupted runs never get here. */
export interface Observation {
  readonly settings: GenerationSettings;
  /** Per-process cap the run was under (torch memory fraction x total); null for none. */
  readonly capMiB: number | null;
  readonly outcome: 'ok' | 'oom';
  /** torch's peak of active bytes; null where the host has no counters. */
  readonly activePeakMiB: number | null;
  /** torch's peak of reserved bytes, or the device's peak less all others where there are no counters. */
  readonly reservedPeakMiB: number | null;
  readonly phases:
    readonly { readonly phase: Phase; readonly activePeakMiB: number; readonly reservedPeakMiB: number }[] | null;
  readonly allocRetries: number | null;
  /**
   * Reserved less allocated bytes before the run, the cache emptied: free ends of segments that the weights hold; null
   * where that was not counted.
   */
  readonly idleSlackMiB: number | null;
  /**
   * All that the device had for the process, weights included: what attention that slices to fit reckons with; null
   * where that is not known.
   */
  readonly roomMiB: number | null;
  /**
   * What the process held just before: torch's allocated bytes, its own memory where there are no counters; null where
   * that is not known.
   */
  readonly heldMiB: number | null;
}

/** An estimate with the interval that its truth is expected in. */
export interface Interval {
  readonly valueMiB: number;
  readonly lowMiB: number;
  readonly highMiB: number;
}

/** Coefficients of one max-of-planes, in the order of `TERMS` (pieces.ts); MiB per unit of the term, none negative. */
export type Coefficients = readonly number[];

/**
 * Kinds of allocations whose `required` has its own ratio to `active`: the allocator wastes a share of its own in each.
 * Scores are attention's, where it keeps them.
 */
export type FactorGroup = 'sampling' | 'scores' | 'encode' | 'decode' | 'vae-scores';

/**
 * How much more than its active bytes a phase needs to succeed: a ratio, with the bounds of a central 95 % interval.
 */
export interface Factor {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** MiB of the process, weights included: a failure needs more than that, a success no more. */
export interface KnownRun {
  readonly settings: GenerationSettings;
  readonly atMiB: number;
}

/** Bounds of what is required that hold whatever the model says (`known.ts`). */
export interface Known {
  readonly failures: readonly KnownRun[];
  readonly successes: readonly KnownRun[];
}

/**
 * Of a host without counters. Its process keeps of what a run made it touch (libraries, heaps), and finds use for a
 * part of that again, so later peaks stand higher: all figures of the fit are of a process that held `heldMiB` before
 * the run, null where that was never known.
 */
export interface ProcessFit {
  readonly heldMiB: number | null;
  /**
   * By so much of what it holds more than that its peaks are higher: 1 where nothing of it is used again, 0 where all
   * is.
   */
  readonly share: number;
  /**
   * What settings have shown, in MiB above the weights: whatever the planes say, they show that again, larger ones no
   * less, smaller ones no more.
   */
  readonly peaks: readonly MeasuredPeak[];
}

export interface MeasuredPeak {
  readonly settings: GenerationSettings;
  readonly lowMiB: number;
  readonly highMiB: number;
}

/** Plain data: survives JSON unchanged. */
export interface Fit {
  readonly version: 1;
  readonly traits: HostTraits;
  /** Weights and all else that is there at idle. */
  readonly staticMiB: number;
  /** Free ends of the segments that the weights hold: needed and reserved, but not active. */
  readonly slackMiB: number;
  /** All 0 where attention slices to fit: no plane follows that, and only the replay tells. */
  readonly active: Coefficients;
  readonly reserved: Coefficients;
  /**
   * The networks at work, where the runs are like known ones: their allocations are replayed then, for the peak. Never
   * null where attention slices.
   */
  readonly replay: ReplayFit | null;
  readonly factors: Readonly<Record<FactorGroup, Factor>>;
  readonly spread: Spread;
  readonly known: Known;
  /** Null where the host has counters. */
  readonly process: ProcessFit | null;
  readonly domain: Domain;
  readonly runs: {
    readonly measured: number;
    readonly capped: number;
    readonly censored: number;
    readonly outliers: number;
  };
}

/** Reserved MiB above the weights = `scale` x those of the networks' replay + `offsetMiB`. */
export interface Replay {
  readonly networks: Networks;
  readonly scale: number;
  readonly offsetMiB: number;
}

export interface ReplayFit extends Replay {
  /** Runs under caps ended as the replay says, or with somewhat less or more, so that what is required is taken from it too. */
  readonly tellsNeed: boolean;
  /** Runs under caps succeeded with so much less than the replay says, as a share of that; 0 where none of note did. */
  readonly strayBelow: number;
  /** Runs under caps failed with so much more, and with how much more they would not have is not known. */
  readonly strayAbove: number;
  /** Others that the runs do not rule out, where attention slices to fit: what they need is in the interval too. */
  readonly rivals: readonly Replay[];
}

/** Relative errors, as fractions of the total, that the intervals are built from. */
export interface Spread {
  readonly peakLow: number;
  readonly peakHigh: number;
  /** Least half-width of the peak's interval, as a fraction of what is reserved above the weights. */
  readonly peakJagged: number;
  readonly requiredLow: number;
  readonly requiredHigh: number;
  /** Of the planes of phases that are like no known network; left out where all are replayed, or none. */
  readonly unlike?: Omit<Spread, 'unlike'>;
}

/**
 * What was run: beyond it an estimate is an extrapolation. All 0 where networks are known, which are so at all sizes.
 */
interface Domain {
  readonly maxAreaPx: number;
  readonly maxBatchSize: number;
  /** Largest batch size times area of any sampling pass. */
  readonly maxWorkPx: number;
}

export type FitResult = Result<Fit, FitFailure>;
