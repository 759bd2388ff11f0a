/** What the help says of one verb, in each language. */
export interface VerbHelp {
  /** In the list of verbs. */
  readonly summary: string;
  /** What it does. */
  readonly about: string;
  readonly options: Readonly<Record<string, string>>;
  /** A line to type, and what it is for. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** What each exit code means. */
  readonly exitCodes: readonly (readonly [code: string, meaning: string])[];
}
