/** Add-ons of a generation, as far as their runs tell what they take. */
import type { Interval, KnownRun } from '../model/types.ts';
import type { UsualSize } from '../protocol/estimate.ts';
import type { GenerationSettings, Phase } from '../protocol/settings.ts';

/** A run with add-ons: what it took beyond what is said of the same settings without, networks that stay included. */
export interface AddedRun {
  readonly settings: GenerationSettings;
  /** That needs the most without them: of the others it tells nothing. */
  readonly phase: Phase;
  readonly activeMiB: number;
  readonly reservedMiB: number;
  /** Reserved at the peak, of the process: with so much it ran. */
  readonly ranWithMiB: number;
}

/** Add-ons whose runs are told together: all that are switched on, or one of them. */
export interface AddOnPart {
  readonly names: readonly string[];
  readonly runs: readonly AddedRun[];
  /** MiB of the process that were not enough with them, weights included. */
  readonly failures: readonly KnownRun[];
  readonly usual: UsualSize | null;
}

export interface AddOns {
  readonly parts: readonly AddOnPart[];
  /** What the WebUI holds beside its weights came with their runs, and not with one that failed. */
  readonly keepTheirOwn: boolean;
}

/** `counted` is null where no run tells of what needs the most now. */
export interface AddedPart extends Pick<AddOnPart, 'names' | 'usual'> {
  readonly counted: { readonly required: Interval; readonly runs: number } | null;
}
