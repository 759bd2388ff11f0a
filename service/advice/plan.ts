/** What is there, and what would be if some of it were changed. */
import type { Fit } from '../model/types.ts';
import type { Change, SetUpNow } from '../model/unmeasured/what-if.ts';
import type { EstimateMiB } from '../estimate/estimate.ts';
import type { Circumstances } from '../estimate/circumstances.ts';
import type { VerdictResult } from '../estimate/verdict.ts';
import type { Measure } from './largest/search.ts';
import type { IntervalMiB } from '../protocol/estimate.ts';
import type { Upscaler } from '../protocol/host.ts';
import type { GenerationSettings } from '../protocol/settings.ts';

/** A program that has some of the device, the WebUI left out; `usedMiB` is null where the driver does not say. */
export interface OtherProgram {
  readonly pid: number;
  readonly name: string;
  readonly usedMiB: number | null;
}

/** All that advice hangs on. */
export interface Situation {
  readonly settings: GenerationSettings;
  /** In force; null where there is none. */
  readonly fit: Fit | null;
  readonly setUp: SetUpNow;
  readonly now: Circumstances;
  /** Of the device, with what the driver keeps for itself; null where that is not known. */
  readonly totalMiB: number | null;
  readonly programs: readonly OtherProgram[];
  readonly upscalers: readonly Upscaler[];
  /** What a person's generation would take; null where nothing was timed. */
  readonly secondsOf: (plan: Plan) => number | null;
}

/** What is different. Plans are values: a remedy makes another one of the one before. */
export interface Plan {
  readonly settings: GenerationSettings;
  /** As many batches as before. */
  readonly times: number;
  readonly changes: readonly Change[];
  /** Of others' memory, and of the weights that the WebUI keeps beside those in use. */
  readonly closedMiB: number;
  readonly unloadedMiB: number;
}

export interface Judged extends Pick<VerdictResult, 'verdict' | 'reason'> {
  readonly estimate: EstimateMiB;
  /** Of the whole device, whole MiB. */
  readonly required: IntervalMiB;
  readonly peak: IntervalMiB;
  readonly usableMiB: number;
}

/** The estimate of what would be then. */
export interface Judge {
  /** null where it is not known. */
  readonly of: (plan: Plan) => Judged | null;
  /** Of a plan with other settings, for searches; null where the networks are not known. */
  readonly measure: (plan: Plan) => Measure | null;
}

export function unchanged({ settings }: Pick<Situation, 'settings'>): Plan {
  return { settings, times: 1, changes: [], closedMiB: 0, unloadedMiB: 0 };
}

/** With a change of the set-up more: of each kind the last one counts. */
export function withChange(plan: Plan, change: Change): Plan {
  return { ...plan, changes: [...plan.changes.filter(({ what }) => what !== change.what), change] };
}
