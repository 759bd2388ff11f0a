import type { Clock } from '../../service/base/clock.ts';

interface Timer {
  dueMs: number;
  callback: () => void;
}

/** Time that only moves when told to. */
export class FakeClock implements Clock {
  #nowMs = 1000;
  readonly #timers = new Set<Timer>();

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  setTimeout(callback: () => void, delayMs: number): { clear(): void } {
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return { clear: () => void this.#timers.delete(timer) };
  }

  /** Delays of the timers that wait, shortest first. */
  get waitingMs(): number[] {
    return [...this.#timers].map((timer) => timer.dueMs - this.#nowMs).sort((a, b) => a - b);
  }

  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = [...this.#timers].filter((timer) => timer.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = next.dueMs;
      next.callback();
    }
    this.#nowMs = endMs;
  }
}
