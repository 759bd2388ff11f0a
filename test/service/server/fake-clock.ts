import type { Clock } from '../../../service/base/clock.ts';

/** Time that moves only when a test says so. */
export interface FakeClock extends Clock {
  /** Runs what is due on the way, in order, and lets promises settle after each. */
  advance(ms: number): Promise<void>;
  /** The machine sleeps: both clocks go on, and what was due meanwhile runs once it wakes. */
  sleep(ms: number): void;
  /** Timers that wait. */
  readonly waiting: number;
}

const START_MS = 1_790_000_000_000;

export function createFakeClock(): FakeClock {
  let elapsedMs = 0;
  let timers: { readonly dueMs: number; readonly callback: () => void }[] = [];

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  }

  return {
    nowMs: () => START_MS + elapsedMs,
    monotonicMs: () => elapsedMs,
    setTimeout: (callback, delayMs) => {
      const timer = { dueMs: elapsedMs + delayMs, callback };
      timers.push(timer);
      return {
        clear: () => {
          timers = timers.filter((other) => other !== timer);
        },
      };
    },
    advance: async (ms) => {
      const untilMs = elapsedMs + ms;
      await settle();
      for (;;) {
        const due = timers.filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
        if (due === undefined) break;
        timers = timers.filter((other) => other !== due);
        elapsedMs = Math.max(elapsedMs, due.dueMs);
        due.callback();
        await settle();
      }
      elapsedMs = untilMs;
    },
    sleep: (ms) => {
      elapsedMs += ms;
    },
    get waiting() {
      return timers.length;
    },
  };
}
