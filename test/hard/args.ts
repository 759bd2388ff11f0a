/** The command line of `npm run test:hard`. */
import { parseArgs } from 'node:util';

export interface HardOptions {
  /** Lines to run; empty for all. */
  readonly lines: readonly string[];
  /** Part of each count that is run; the table of figures is written only at 1. */
  readonly share: number;
  readonly soakMinutes: number;
  readonly seed: number;
}

export const USAGE = `npm run test:hard [-- LINE ...] [--share X] [--soak-minutes N] [--seed N]
  LINE is R2, R4, ... (all where none is named). --share 0.1 runs a tenth of each count, and writes no figures.`;

type ParsedArgs =
  { readonly ok: true; readonly options: HardOptions } | { readonly ok: false; readonly message: string };

export function parseHardArgs(args: readonly string[], known: readonly string[]): ParsedArgs {
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read(args);
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
  const { values, positionals } = parsed;
  const unknown = positionals.filter((id) => !known.includes(id));
  if (unknown.length > 0)
    return { ok: false, message: `No such line: ${unknown.join(', ')}. There are: ${known.join(', ')}` };
  const share = Number(values.share);
  if (!(share > 0 && share <= 1))
    return { ok: false, message: `--share is above 0 and at most 1, not ${values.share}` };
  const soakMinutes = Number(values['soak-minutes']);
  if (!(soakMinutes > 0 && soakMinutes <= 24 * 60))
    return { ok: false, message: `--soak-minutes is above 0 and at most 1440, not ${values['soak-minutes']}` };
  if (!/^\d{1,9}$/.test(values.seed))
    return { ok: false, message: `--seed is a whole number of up to nine digits, not ${values.seed}` };
  return { ok: true, options: { lines: positionals, share, soakMinutes, seed: Number(values.seed) } };
}

function read(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      share: { type: 'string', default: '1' },
      'soak-minutes': { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
    },
  });
}
