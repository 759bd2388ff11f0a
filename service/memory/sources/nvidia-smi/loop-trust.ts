import type { Clock } from '../../../base/clock.ts';

/** How long single calls are used before the loop is tried again; doubles each time. */
const DISTRUST_MS = 30_000;
const MAX_DISTRUST_MS = 600_000;
/** A loop that held this long and then ended is simply begun again. */
const PROVEN_MS = 10_000;

/** Whether nvidia-smi's loop mode holds on this machine: some drivers give one good round and then errors for ever. */
export interface LoopTrust {
  readonly trusted: boolean;
  /** A loop ended by itself, or had to be ended, after `livedMs`. */
  ended(livedMs: number): void;
  /** The end was not the loop's fault. */
  restore(): void;
}

export function createLoopTrust(clock: Clock): LoopTrust {
  let trustedAtMs = 0;
  let distrustMs = DISTRUST_MS;
  return {
    get trusted() {
      return clock.monotonicMs() >= trustedAtMs;
    },
    ended(livedMs) {
      if (livedMs >= PROVEN_MS) {
        distrustMs = DISTRUST_MS;
        return;
      }
      trustedAtMs = clock.monotonicMs() + distrustMs;
      distrustMs = Math.min(2 * distrustMs, MAX_DISTRUST_MS);
    },
    restore() {
      trustedAtMs = 0;
    },
  };
}
