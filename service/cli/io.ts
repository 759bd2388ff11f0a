/** What a command may touch of the process it runs in; tests pass their own. */
export interface CliIo {
  /** Writes to stdout as given: the caller ends its lines. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface TimedIo extends CliIo {
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
