import type { Clock } from '../service/base/clock.ts';

export const browserClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimeout(callback, delayMs) {
    const timer = window.setTimeout(callback, delayMs);
    return { clear: () => window.clearTimeout(timer) };
  },
};
