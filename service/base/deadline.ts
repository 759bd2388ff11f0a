import type { Clock } from './clock.ts';

/** A timer that fires later than this was held up with all of us: the machine slept or the process was stopped. */
const HELD_UP_MS = 1000;

export interface Deadline {
  /** Begins anew, with `delayMs` where it is given. */
  reset(delayMs?: number): void;
  clear(): void;
}

/**
 * Calls `onPassed` once, `delayMs` after the last reset. Time in which nobody could have answered is not held against
 * anyone.
 */
export function createDeadline(clock: Clock, delayMs: number, onPassed: () => void): Deadline {
  let limitMs = delayMs;
  let timer: { clear(): void } | null = null;
  const arm = () => {
    const dueMs = clock.monotonicMs() + limitMs;
    timer = clock.setTimeout(() => {
      timer = null;
      if (clock.monotonicMs() > dueMs + HELD_UP_MS) arm();
      else onPassed();
    }, limitMs);
  };
  arm();
  return {
    reset(newDelayMs = limitMs) {
      timer?.clear();
      limitMs = newDelayMs;
      arm();
    },
    clear() {
      timer?.clear();
      timer = null;
    },
  };
}
