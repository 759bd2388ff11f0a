import type { Clock } from '../../../service/base/clock.ts';

export interface FakeClock extends Clock {
  /** Runs all that falls due in the next `ms`, in order, with pauses in which promises settle. */
  advance(ms: number): Promise<void>;
  /** The machine sleeps: both clocks go on, no timer fires until it wakes. */
  sleep(ms: number): void;
  /** Somebody sets the wall clock. */
  setWallMs(nowMs: number): void;
}

export function createFakeClock(): FakeClock {
  let monotonicMs = 1000;
  let wallOffsetMs = 1_700_000_000_000;
  let timers: { dueMs: number; callback: () => void }[] = [];
  return {
    nowMs: () => monotonicMs + wallOffsetMs,
    monotonicMs: () => monotonicMs,
    setTimeout(callback, delayMs) {
      const timer = { dueMs: monotonicMs + Math.max(0, delayMs), callback };
      timers.push(timer);
      return {
        clear() {
          timers = timers.filter((other) => other !== timer);
        },
      };
    },
    async advance(ms) {
      const endMs = monotonicMs + ms;
      await settle();
      for (;;) {
        const [next] = timers.filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs);
        if (next === undefined) break;
        timers = timers.filter((other) => other !== next);
        monotonicMs = Math.max(monotonicMs, next.dueMs);
        next.callback();
        await settle();
      }
      monotonicMs = Math.max(monotonicMs, endMs);
    },
    sleep(ms) {
      monotonicMs += ms;
    },
    setWallMs(nowMs) {
      wallOffsetMs = nowMs - monotonicMs;
    },
  };
}

/** Chains of promises end before a turn of the event loop does. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
