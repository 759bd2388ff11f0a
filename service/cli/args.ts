import { Command, CommanderError, Option } from 'commander';
import type { Result } from '../base/result.ts';
import type { Mistake } from '../words/mistake.ts';

/** What its value is called in the help; null for one that takes none. */
export type OptionKinds = Readonly<Record<string, string | null>>;

export interface Args {
  readonly text: (name: string) => string | null;
  readonly flag: (name: string) => boolean;
  readonly files: readonly string[];
}

/** Reads `--name value`, `--flag` and up to `mostFiles` further words; whatever else is there is a mistake. */
export function readArgs(args: readonly string[], kinds: OptionKinds, mostFiles = 0): Result<Args, Mistake> {
  const command = silent(new Command()).helpOption(false).argument('[words...]');
  for (const [name, value] of Object.entries(kinds)) command.addOption(optionOf(name, value));
  const failed = failureOf(command, args);
  if (failed !== null) return { ok: false, reason: mistakeOf(failed, kinds) };
  // As Commander gives them, by its own names: "data-dir" is "dataDir" there.
  const values = new Map(
    command.options.map((option) => [option.long?.slice(2), command.getOptionValue(option.attributeName()) as unknown]),
  );
  for (const [name, value] of values)
    // "--width --height 512": what looks like the next option is not the first one's value.
    if (typeof value === 'string' && value.startsWith('--') && !args.includes(`--${name}=${value}`))
      return { ok: false, reason: { code: 'needs-a-value', option: `--${name}` } };
  const surplus = command.args[mostFiles];
  if (surplus !== undefined) return { ok: false, reason: { code: 'surplus', word: surplus } };
  return {
    ok: true,
    value: {
      text: (name) => {
        const value = values.get(name);
        return typeof value === 'string' ? value : null;
      },
      flag: (name) => values.get(name) === true,
      files: command.args,
    },
  };
}

export function optionOf(name: string, value: string | null, about = ''): Option {
  return new Option(value === null ? `--${name}` : `--${name} <${value}>`, about);
}

/** Says nothing by itself and ends no process: its errors are thrown. */
export function silent(command: Command): Command {
  return command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
}

/** Null where it understood all. */
export function failureOf(command: Command, args: readonly string[]): CommanderError | null {
  try {
    command.parse(args, { from: 'user' });
    return null;
  } catch (error) {
    if (error instanceof CommanderError) return error;
    throw error;
  }
}

/** Commander tells what is wrong in English alone: its code and what it quotes are taken, and said in our words. */
function mistakeOf({ code, message }: CommanderError, kinds: OptionKinds): Mistake {
  const option = /'(-[^\s']*)/.exec(message)?.[1] ?? '';
  if (code === 'commander.optionMissingArgument') return { code: 'needs-a-value', option };
  if (code !== 'commander.unknownOption') throw new Error(`Commander says ${code}: ${message}`);
  const [name = ''] = option.split('=');
  if (name !== option && kinds[name.slice(2)] === null) return { code: 'takes-no-value', option: name };
  return { code: 'unknown-option', option: name, similar: similarIn(message) };
}

/** What Commander takes for meant: "(Did you mean one of --width, --with?)". */
export function similarIn(message: string): readonly string[] {
  return /\(Did you mean (?:one of )?(.+)\?\)/.exec(message)?.[1]?.split(', ') ?? [];
}
