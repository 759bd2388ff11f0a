import { parseArgs, types } from 'node:util';
import { attentionSchema, type HostTraits } from '../../service/protocol/host.ts';

/** How a table is benchmarked. */
export interface BenchmarkOptions {
  readonly budget: number;
  readonly seed: number;
  readonly noiseMiB: number;
}

export type Command =
  | { readonly kind: 'section' }
  | ({ readonly kind: 'variants'; readonly only: string | null } & BenchmarkOptions)
  | ({ readonly kind: 'recorded'; readonly only: string | null } & BenchmarkOptions)
  | {
      readonly kind: 'table';
      readonly file: string;
      /** Null: as the host's file says. */
      readonly staticMiB: number | null;
      /** A file, or nothing but the attention. */
      readonly host: { readonly file: string } | { readonly attention: HostTraits['attention'] };
      readonly options: BenchmarkOptions;
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
  host: text,
  budget: text,
  seed: text,
  'noise-mib': text,
  json: flag,
  runs: flag,
  variants: flag,
  recorded: flag,
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
  const options = {
    budget: wholeNumberOf('budget', values.budget ?? '24', 0),
    seed: wholeNumberOf('seed', values.seed ?? '1', 0),
    noiseMiB: numberOf('noise-mib', values['noise-mib'] ?? '0'),
  };
  if (values.variants === true) return { kind: 'variants', only: values.only ?? null, ...options };
  if (values.recorded === true) return { kind: 'recorded', only: values.only ?? null, ...options };
  if (values.table === undefined) {
    if (argv.length > 0)
      throw new Error('--table FILE.csv is missing; without any option all tables of the repository are benchmarked');
    return { kind: 'section' };
  }
  const staticMiB = values['static-mib'];
  if (staticMiB === undefined && values.host === undefined)
    throw new Error('--static-mib is missing: the weights and the context in MiB, 2484 for sd15.csv');
  return {
    kind: 'table',
    file: values.table,
    staticMiB: staticMiB === undefined ? null : numberOf('static-mib', staticMiB),
    host: hostOf(values.host, values.attention),
    options,
    oneLine: values.json === true,
    listRuns: values.runs === true,
  };
}

function hostOf(file: string | undefined, name: string | undefined): Extract<Command, { kind: 'table' }>['host'] {
  if (file !== undefined && name !== undefined) throw new Error('--attention is told by --host already');
  if (file !== undefined) return { file };
  const attention = attentionSchema.safeParse(name ?? 'fused');
  if (!attention.success)
    throw new Error(`--attention is one of ${attentionSchema.options.join(', ')}, not ${name ?? ''}`);
  return { attention: attention.data };
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
