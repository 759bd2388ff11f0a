import { parseArgs, types } from 'node:util';
import { attentionSchema, type HostTraits } from '../../service/protocol/host.ts';

/** How one table is benchmarked; sizes in MiB. */
export interface TableOptions {
  readonly staticMiB: number;
  readonly attention: HostTraits['attention'];
  readonly budget: number;
  readonly seed: number;
  readonly noiseMiB: number;
}

export type Command =
  | { readonly kind: 'section' }
  | {
      readonly kind: 'variants';
      readonly only: string | null;
      readonly budget: number;
      readonly seed: number;
      readonly noiseMiB: number;
    }
  | {
      readonly kind: 'table';
      readonly file: string;
      readonly options: TableOptions;
      readonly oneLine: boolean;
      readonly listRuns: boolean;
    };

export type ParsedCommand =
  { readonly ok: true; readonly command: Command } | { readonly ok: false; readonly message: string };

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  table: text,
  'static-mib': text,
  attention: text,
  budget: text,
  seed: text,
  'noise-mib': text,
  json: flag,
  runs: flag,
  variants: flag,
  only: text,
} as const;

/** What the command line asks for, or what is wrong with it. */
export function parseCommand(argv: readonly string[]): ParsedCommand {
  try {
    return { ok: true, command: commandOf(argv) };
  } catch (error) {
    if (types.isNativeError(error)) return { ok: false, message: error.message };
    throw error;
  }
}

/** @throws Error with a message for the person at the keyboard, as `parseArgs` does. */
function commandOf(argv: readonly string[]): Command {
  const { values } = parseArgs({ args: [...argv], options: OPTIONS });
  const budget = wholeNumberOf('budget', values.budget ?? '24', 1);
  const seed = wholeNumberOf('seed', values.seed ?? '1', 0);
  const noiseMiB = numberOf('noise-mib', values['noise-mib'] ?? '0');
  if (values.variants === true) return { kind: 'variants', only: values.only ?? null, budget, seed, noiseMiB };
  if (values.table === undefined) {
    if (argv.length > 0)
      throw new Error('--table FILE.csv is missing; without any option both tables of the repository are benchmarked');
    return { kind: 'section' };
  }
  if (values['static-mib'] === undefined)
    throw new Error('--static-mib is missing: the weights and the context in MiB, 2484 for sd15.csv');
  const attention = attentionSchema.safeParse(values.attention ?? 'fused');
  if (!attention.success)
    throw new Error(`--attention is one of ${attentionSchema.options.join(', ')}, not ${values.attention ?? ''}`);
  const options = {
    staticMiB: numberOf('static-mib', values['static-mib']),
    attention: attention.data,
    budget,
    seed,
    noiseMiB,
  };
  return { kind: 'table', file: values.table, options, oneLine: values.json === true, listRuns: values.runs === true };
}

function numberOf(name: string, written: string): number {
  const value = written.trim() === '' ? NaN : Number(written);
  if (!Number.isFinite(value) || value < 0)
    throw new Error(`--${name} needs a number that is not negative, not "${written}"`);
  return value;
}

function wholeNumberOf(name: string, written: string, least: number): number {
  const value = written.trim() === '' ? NaN : Number(written);
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`--${name} needs a whole number of at least ${least}, not "${written}"`);
  return value;
}
