/** Time as every stage gets it, so that tests can pass their own. */
export interface Clock {
  /** Unix time in ms for people and the store; it may jump. */
  nowMs(): number;
  /** Milliseconds that never go back, for durations and staleness. */
  monotonicMs(): number;
  setTimeout(callback: () => void, delayMs: number): { clear(): void };
}
