import type { Terminal } from './live-line.ts';
import type { Look } from './look.ts';

/** What a command may touch of the process it runs in; tests pass their own. */
export interface CliIo {
  /** Writes to stdout as given: the caller ends its lines. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Of stdout; plain where it is left out. */
  readonly look?: Look;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface TimedIo extends CliIo {
  /** Where how far a command is may be shown; null or left out where nobody looks. */
  readonly progressTerminal?: Terminal | null;
  /**
   * Resolves once no more than a little of what was written to stdout waits to be taken, or nobody takes it any more.
   */
  readonly taken: () => Promise<void>;
  /** Unix time. */
  readonly nowMs: () => number;
}

/** What a person types, or a program writes into a pipe. */
export interface TextInput {
  readonly isTerminal: boolean;
  readonly pieces: () => AsyncIterable<string>;
}
