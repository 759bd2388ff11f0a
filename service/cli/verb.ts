import type { Help } from '../words/index.ts';
import type { OptionKinds } from './args.ts';
import type { CliWorld } from './world.ts';

export type VerbName = keyof Help;

/** What the tree of verbs says of an option: what completion and manual are made of. */
export interface DescribedOption {
  /** "--data-dir", and "-h" where it has a short name. */
  readonly long: string;
  readonly short: string | null;
  /** What its value is called; null where it takes none. */
  readonly value: string | null;
  readonly about: string;
}

export interface DescribedVerb {
  readonly name: VerbName;
  readonly usage: string;
  readonly summary: string;
  readonly about: string;
  readonly options: readonly DescribedOption[];
}

export interface Described {
  readonly options: readonly DescribedOption[];
  readonly verbs: readonly DescribedVerb[];
}

/** One verb: its file in `commands/` has all of it but the sentences, which are in `words/`. */
export interface Verb<Name extends VerbName = VerbName> {
  readonly name: Name;
  /** As the help writes them: "FILE", "[FILE]", "COMMAND...". */
  readonly arguments: readonly string[];
  readonly options: OptionKinds & Readonly<Record<keyof Help[Name]['options'], string | null>>;
  /** Resolves with the exit code. `args`: all that stands behind the verb; `describe`: all verbs. */
  readonly answer: (
    args: readonly string[],
    world: CliWorld,
    describe: () => Promise<Described>,
  ) => number | Promise<number>;
}
