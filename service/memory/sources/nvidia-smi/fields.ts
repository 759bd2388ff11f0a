/** Which fields this driver knows: asked once, because one unknown field fails a whole query. */
import type { CallEnd } from './call.ts';
import { readGpuOutput } from './read-output.ts';
import type { GpuOutput } from './read-output.ts';

export const MANDATORY_FIELDS = ['index', 'uuid', 'pci.bus_id', 'name', 'memory.used', 'memory.total'] as const;
export const OPTIONAL_FIELDS = ['memory.reserved', 'driver_version', 'mig.mode.current'] as const;
export type OptionalField = (typeof OPTIONAL_FIELDS)[number];

export interface Fields {
  readonly supported: readonly OptionalField[];
  /** The answer with all supported fields. */
  readonly output: GpuOutput;
}

type Ask = (args: readonly string[]) => Promise<CallEnd>;

/** Units are left out of the cells and stay in the header line. */
export function queryArgs(optional: readonly OptionalField[]): string[] {
  return [`--query-gpu=${[...MANDATORY_FIELDS, ...optional].join(',')}`, '--format=csv,nounits'];
}

/**
 * Fails (`ok: false` or `hung`) only where the mandatory fields cannot be had. Optional fields are tried together, then
 * one at a time.
 */
export async function probeFields(ask: Ask): Promise<Fields | { readonly hung: true }> {
  const query = async (optional: readonly OptionalField[]) => {
    const end = await ask(queryArgs(optional));
    return end.hung ? end : readGpuOutput(end.text, end.exitCode);
  };
  const together = await query(OPTIONAL_FIELDS);
  if ('hung' in together) return together;
  if (together.ok || together.reason !== 'unknown-field') return { supported: OPTIONAL_FIELDS, output: together };

  const mandatory = await query([]);
  if ('hung' in mandatory || !mandatory.ok)
    return 'hung' in mandatory ? mandatory : { supported: [], output: mandatory };
  let known: Fields = { supported: [], output: mandatory };
  for (const field of OPTIONAL_FIELDS) {
    const supported = [...known.supported, field];
    const output = await query(supported);
    if ('hung' in output) return output;
    if (output.ok) known = { supported, output };
  }
  return known;
}
