import type { Clock } from './clock.ts';

/** A pause that can be cut short. One wait at a time. */
export interface Waiter {
  wait(delayMs: number): Promise<'passed' | 'woken'>;
  wake(): void;
}

export function createWaiter(clock: Clock): Waiter {
  let cut: (() => void) | null = null;
  return {
    wait: (delayMs) =>
      new Promise((resolve) => {
        const timer = clock.setTimeout(() => {
          cut = null;
          resolve('passed');
        }, delayMs);
        cut = () => {
          timer.clear();
          cut = null;
          resolve('woken');
        };
      }),
    wake: () => cut?.(),
  };
}

/** Resolves when `promise` does, or after `limitMs`: for what may never end. */
export async function within(clock: Clock, limitMs: number, promise: Promise<unknown>): Promise<void> {
  const waiter = createWaiter(clock);
  await Promise.race([promise, waiter.wait(limitMs)]);
  waiter.wake();
}
