/**
 * What a sampler does next, without a clock or a child:
 *
 *   checking ──good──> looping, or pausing while the loop is not trusted ──> checking
 *      └──bad, hung──> waiting ──> checking
 */
import { at } from '../../../base/at.ts';
import type { StreamEnd } from './stream.ts';

export type Answer = 'good' | 'bad' | 'hung';

/** `failures`: checks that failed in a row. */
export type SamplerStep =
  | { readonly at: 'checking'; readonly failures: number }
  /** One child that goes on and on. */
  | { readonly at: 'looping' }
  /** Until the next single call. */
  | { readonly at: 'pausing'; readonly untilMs: number }
  | { readonly at: 'waiting'; readonly forMs: number; readonly failures: number };

export type StepEnd =
  | { readonly type: 'checked'; readonly answer: Answer; readonly loopTrusted: boolean; readonly nextMs: number }
  | { readonly type: 'loop-ended'; readonly end: StreamEnd }
  /** A pause or a wait is over, or was cut short. */
  | { readonly type: 'passed' | 'woken' };

/** Waits after failures: short enough that a card that is back is seen within 5 s. */
const BACK_OFF_MS = [500, 1000, 2000, 3000] as const;
const PAUSE_AFTER_HANG_MS = 250;

export const FIRST_STEP: SamplerStep = { at: 'checking', failures: 0 };

export function next(step: SamplerStep, end: StepEnd): SamplerStep {
  const failures = 'failures' in step ? step.failures : 0;
  switch (end.type) {
    case 'checked':
      if (end.answer === 'hung') return { at: 'waiting', forMs: PAUSE_AFTER_HANG_MS, failures };
      if (end.answer === 'bad') return { at: 'waiting', forMs: backOffMs(failures), failures: failures + 1 };
      return end.loopTrusted ? { at: 'looping' } : { at: 'pausing', untilMs: end.nextMs };
    case 'loop-ended':
      if (end.end === 'asked') return { at: 'looping' };
      return end.end === 'hung' ? { at: 'waiting', forMs: PAUSE_AFTER_HANG_MS, failures } : FIRST_STEP;
    case 'passed':
      return { at: 'checking', failures };
    case 'woken':
      // Somebody asks something meanwhile; the single call is due when it was.
      return step.at === 'pausing' ? step : { at: 'checking', failures };
  }
}

function backOffMs(failures: number): number {
  return at(BACK_OFF_MS, Math.min(failures, BACK_OFF_MS.length - 1));
}
