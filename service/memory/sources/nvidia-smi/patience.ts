import { STALE_AFTER_MS } from '../source-health.ts';

/** Limits for the first answer ever: with persistence mode off each card may take 1.5 s. */
const FIRST_LIMITS_MS = [3000, 6000, 12_000] as const;
const MAX_LIMIT_MS = 15_000;
/** What remains, at the next answer, of how slow an earlier one was. */
const FORGET_SLOWNESS = 0.7;

/** How long an answer is waited for: by how slow the last ones were and, before the first, how many did not come. */
export interface Patience {
  readonly limitMs: number;
  answered(tookMs: number): void;
  hung(): void;
  /** Those that did not come are forgotten. */
  forgetHangs(): void;
}

export function createPatience(): Patience {
  let hangs = 0;
  let slowAnswerMs: number | null = null;
  return {
    get limitMs() {
      if (slowAnswerMs === null) return FIRST_LIMITS_MS[hangs] ?? FIRST_LIMITS_MS[0];
      return Math.min(Math.max(STALE_AFTER_MS, 2 * slowAnswerMs), MAX_LIMIT_MS);
    },
    answered: (tookMs) => {
      slowAnswerMs = Math.max(tookMs, FORGET_SLOWNESS * (slowAnswerMs ?? 0));
    },
    hung: () => {
      hangs += 1;
    },
    forgetHangs: () => {
      hangs = 0;
    },
  };
}
