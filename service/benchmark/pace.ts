import type { Clock } from '../base/clock.ts';

export const MOST_STARTS = 5;
export const WITHIN_MS = 60_000;

export interface Pace {
  /** How long until another start; 0 where it may be now. */
  waitMs(): number;
  note(): void;
}

/**
 * Lets a person try again at once, and keeps a page that starts and cancels in a loop from holding the card for good.
 */
export function createPace(clock: Pick<Clock, 'monotonicMs'>): Pace {
  const startedMs: number[] = [];
  return {
    waitMs: () => {
      const first = startedMs.at(-MOST_STARTS);
      return first === undefined ? 0 : Math.max(0, first + WITHIN_MS - clock.monotonicMs());
    },
    note: () => {
      startedMs.push(clock.monotonicMs());
      if (startedMs.length > MOST_STARTS) startedMs.shift();
    },
  };
}
