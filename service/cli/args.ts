import { parseArgs } from 'node:util';

export type OptionKinds = Readonly<Record<string, 'text' | 'flag'>>;

export type ParsedArgs =
  | { readonly ok: true; readonly text: (name: string) => string | null; readonly flag: (name: string) => boolean; readonly files: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** Reads `--name value`, `--flag` and up to `mostFiles` further words; whatever else is there is a mistake, told in words. */
export function readArgs(args: readonly string[], kinds: OptionKinds, mostFiles = 0): ParsedArgs {
  const options = Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, { type: kind === 'text' ? ('string' as const) : ('boolean' as const) }]));
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    const surplus = positionals[mostFiles];
    if (surplus !== undefined) return { ok: false, message: `unexpected "${surplus}".` };
    return {
      ok: true,
      text: (name) => (typeof values[name] === 'string' ? values[name] : null),
      flag: (name) => values[name] === true,
      files: positionals,
    };
  } catch (error) {
    // Its first sentence: the others are advice for options that look like words.
    const [message = 'not understood'] = (error instanceof Error ? error.message : String(error)).split('. ');
    return { ok: false, message: `${message}.` };
  }
}
