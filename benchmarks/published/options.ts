import { parseArgs, types } from 'node:util';

export type Command =
  | { readonly kind: 'section' }
  | {
      readonly kind: 'json';
      /** Null: the project's own copy. */
      readonly figures: string | null;
      readonly reports: string | null;
      readonly oneLine: boolean;
    };

export type ParsedCommand =
  { readonly ok: true; readonly command: Command } | { readonly ok: false; readonly message: string };

const text = { type: 'string' } as const;

/** What the command line asks for, or what is wrong with it. */
export function parseCommand(argv: readonly string[]): ParsedCommand {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { figures: text, reports: text, json: { type: 'boolean' } },
    });
    if (argv.length === 0) return { ok: true, command: { kind: 'section' } };
    const { figures = null, reports = null, json = false } = values;
    return { ok: true, command: { kind: 'json', figures, reports, oneLine: json } };
  } catch (error) {
    if (types.isNativeError(error)) return { ok: false, message: error.message };
    throw error;
  }
}
