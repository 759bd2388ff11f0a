import * as z from 'zod';
import type { Result } from '../base/result.ts';
import { fitSchema } from '../protocol/fit-schema.ts';
import { atMsSchema } from '../protocol/run.ts';
import { keyHashOf } from '../recorder/key.ts';
import { runSchema, storedEnvironmentSchema } from '../recorder/run.ts';
import { contradictionIn } from './contradictions.ts';
import { EXPORT_VERSION } from './export-lines.ts';
import type { StoredRun } from './run-rows.ts';
import type { KnownEnvironment } from './environment-rows.ts';
import { parseStrictly } from './strict-json.ts';

/** Clocks differ, but a run of next year would be the newest for a year. */
const MOST_AHEAD_MS = 24 * 3_600_000;

const laterHeaderSchema = z.object({ kind: z.literal('headroom-export'), version: z.int().gt(EXPORT_VERSION) });
/** Of an entry that an import had brought to where it was exported. */
const imported = z.literal(true).optional();
const lineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('headroom-export'), version: z.literal(EXPORT_VERSION) }),
  z.strictObject({
    kind: z.literal('environment'),
    keyHash: z.string().max(64),
    seenAtMs: atMsSchema,
    environment: storedEnvironmentSchema,
    imported,
  }),
  z.strictObject({ kind: z.literal('run'), run: runSchema, imported }),
]);

/** One line of a file, as the store is to have it. */
export type Entry =
  | { readonly kind: 'run'; readonly run: StoredRun }
  | { readonly kind: 'environment'; readonly environment: KnownEnvironment }
  | { readonly kind: 'header' };

/** @param own whether what the line does not call imported was measured on this machine. */
export function entryOf(text: string, own: boolean, nowMs: number): Result<Entry, string> {
  const parsed = parseStrictly(text);
  if (!parsed.ok) return parsed;
  const fitted = fitSchema(lineSchema, parsed.value);
  if (!fitted.ok) return { ok: false, reason: fitted.reason[0] ?? 'not a line of an export' };
  const line = fitted.value;
  if (line.kind === 'headroom-export') return { ok: true, value: { kind: 'header' } };
  const fromElsewhere = !own || line.imported === true;
  if (line.kind === 'run') {
    const { run } = line;
    const problem =
      contradictionIn(run) ??
      aheadOfClock('run.startedAtMs', run.startedAtMs, nowMs) ??
      aheadOfClock('run.endedAtMs', run.endedAtMs, nowMs);
    return problem === null
      ? { ok: true, value: { kind: 'run', run: { run, imported: fromElsewhere } } }
      : { ok: false, reason: problem };
  }
  const { keyHash, seenAtMs, environment } = line;
  if (keyHashOf(environment) !== keyHash)
    return { ok: false, reason: 'the key hash does not belong to this environment' };
  const problem = aheadOfClock('seenAtMs', seenAtMs, nowMs);
  return problem === null
    ? {
        ok: true,
        value: { kind: 'environment', environment: { keyHash, seenAtMs, environment, imported: fromElsewhere } },
      }
    : { ok: false, reason: problem };
}

export function isLaterHeader(text: string): boolean {
  const read = parseStrictly(text);
  return read.ok && fitSchema(laterHeaderSchema, read.value).ok;
}

function aheadOfClock(name: string, atMs: number, nowMs: number): string | null {
  return atMs > nowMs + MOST_AHEAD_MS ? `${name}: more than a day ahead of this machine's clock` : null;
}
