/** A kind of remedy: what it would change, or why nothing tells. A file each in remedies/; registry.ts lists them. */
import type { AdvisedStep, UnknownRemedy } from '../protocol/advice.ts';
import type { Judge, Plan, Situation } from './plan.ts';

/** One way to do with less. Whether it is enough the estimate says, not this. */
export interface Candidate {
  readonly step: AdvisedStep;
  readonly apply: (plan: Plan) => Plan;
}

export interface RemedyKind {
  /** Whether it looks for as much as is just enough, which hangs on what else is changed. */
  readonly searches: boolean;
  /**
   * @param base what was changed before, where one remedy alone is not enough.
   * @returns none where it is so already, or cannot be.
   */
  readonly candidates: (situation: Situation, base: Plan, judge: Judge) => readonly Candidate[];
  /** Why its effect cannot be told here; none where it can, or there is nothing to tell. */
  readonly unknown: (situation: Situation) => readonly UnknownRemedy[];
}

export const NOTHING_UNKNOWN: RemedyKind['unknown'] = () => [];
