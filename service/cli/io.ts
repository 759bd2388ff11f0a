/** What a command may touch of the process it runs in; tests pass their own. */
export interface CliIo {
  /** Writes to stdout as given: the caller ends its lines. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface TimedIo extends CliIo {
  /** Unix time. */
  readonly nowMs: () => number;
}
