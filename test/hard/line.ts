/** What a line of `npm run test:hard` is: one promise of the product, tried long or often enough to be believed. */

/** One figure of a line. `passed` is null where it could not be tried here; `figure` then says why. */
export interface Check {
  readonly what: string;
  /** How often it was tried, with its unit where it is not a count: `50`, `10 min`. */
  readonly n: number | string;
  readonly passed: boolean | null;
  /** What was seen, with its unit, and what would have been too much. */
  readonly figure: string;
}

export interface HardContext {
  /** How often to do what is to be done `full` times: all of them, or the share that `--share` names (at least one). */
  readonly count: (full: number) => number;
  readonly soakMinutes: number;
  readonly seed: number;
  /** Progress, for a person who waits. */
  readonly say: (text: string) => void;
}

/** One file of `test/hard/lines/`, which exports it as `line`. */
export interface HardLine {
  /** The line's number in its list: `R4`, `S2`. */
  readonly id: string;
  /** What it holds, as a fact. */
  readonly holds: string;
  /** Rejects only where the test itself is at fault: what the product does wrong is a check that did not pass. */
  run(context: HardContext): Promise<readonly Check[]>;
}
