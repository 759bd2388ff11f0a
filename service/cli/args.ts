import { parseArgs } from 'node:util';
import type { Result } from '../base/result.ts';
import type { Mistake } from '../words/mistake.ts';

export type OptionKinds = Readonly<Record<string, 'text' | 'flag'>>;

export interface Args {
  readonly text: (name: string) => string | null;
  readonly flag: (name: string) => boolean;
  readonly files: readonly string[];
}

/**
 * Reads `--name value`, `--flag` and up to `mostFiles` further words; whatever else is there is a
 * mistake.
 */
export function readArgs(args: readonly string[], kinds: OptionKinds, mostFiles = 0): Result<Args, Mistake> {
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      { type: kind === 'text' ? ('string' as const) : ('boolean' as const) },
    ]),
  );
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    if (!Object.hasOwn(kinds, name)) return { ok: false, reason: { code: 'unknown-option', option: rawName } };
    if (kinds[name] === 'flag' && value !== undefined)
      return { ok: false, reason: { code: 'takes-no-value', option: rawName } };
    // "--width --height 512": what looks like the next option is not the first one's value.
    if (kinds[name] === 'text' && (value === undefined || (inlineValue !== true && value.startsWith('--'))))
      return { ok: false, reason: { code: 'needs-a-value', option: rawName } };
  }
  const surplus = positionals[mostFiles];
  if (surplus !== undefined) return { ok: false, reason: { code: 'surplus', word: surplus } };
  return {
    ok: true,
    value: {
      text: (name) => (typeof values[name] === 'string' ? values[name] : null),
      flag: (name) => values[name] === true,
      files: positionals,
    },
  };
}
