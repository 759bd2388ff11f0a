/** The tree of verbs as plain figures: what completion and manual are made of. */
import { PLAIN } from './look.ts';
import { commandOf, programOf } from './tree.ts';
import type { Described, DescribedOption, Verb } from './verb.ts';

export function described(verbs: readonly Verb[]): Described {
  return {
    options: optionsOf(programOf([], PLAIN)),
    verbs: verbs.map((verb) => {
      const command = commandOf(verb, PLAIN);
      return {
        name: verb.name,
        usage: command.usage(),
        summary: command.summary(),
        about: command.description(),
        options: optionsOf(command),
      };
    }),
  };
}

function optionsOf(command: ReturnType<typeof programOf>): DescribedOption[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, flags, description }) => ({
      long: long ?? flags,
      short: short ?? null,
      value: /<(.+)>/.exec(flags)?.[1] ?? null,
      about: description,
    }));
}

/** Whether an option's value is a file or a folder, which a shell knows how to complete. */
export function namesFile(value: string | null): 'file' | 'folder' | null {
  return value === 'FILE' ? 'file' : value === 'DIR' ? 'folder' : null;
}
