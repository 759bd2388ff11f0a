/** Where memory figures come from, and why there are none: codes and figures, whose sentences are in words/. */
import * as z from 'zod';
import { backendSchema } from './host.ts';

/** Why a memory source gives no figure. The same list as contract 1's, plus what only a live source can meet. */
export const sourceReasonSchema = z.enum([
  'not-started',
  'driver-missing',
  'driver-mismatch',
  'no-devices',
  'gpu-lost',
  'unknown-field',
  'no-permission',
  'not-available',
  'bad-output',
  'hung',
  'no-host',
  'no-memory-figures',
]);
export type SourceReason = z.infer<typeof sourceReasonSchema>;

/** What there is to say of a source. */
const sourceRemarkSchema = z.discriminatedUnion('code', [
  /** Why there are no figures. */
  z.strictObject({ code: z.literal('failed'), reason: sourceReasonSchema }),
  /** Some of its cards cannot be read. */
  z.strictObject({ code: z.literal('some-unread'), unread: z.int(), cards: z.int(), reason: sourceReasonSchema }),
  /** Why torch's own figures serve: null where nvidia-smi shows cards, and none that is known to be this one. */
  z.strictObject({
    code: z.literal('torch-serves'),
    reason: sourceReasonSchema.nullable(),
    listsPrograms: z.boolean(),
  }),
  /** No source reads what the WebUI computes by. */
  z.strictObject({ code: z.literal('no-source'), backend: backendSchema }),
]);
export type SourceRemark = z.infer<typeof sourceRemarkSchema>;

/**
 * `torch`: what torch reads of the card serves, for the `reason` that nvidia-smi has no figures. `VRAM` of a card or
 * `RAM` of the WebUI's process; `health` never says ok for a reading older than 3 s.
 */
export const sourceStateSchema = z.strictObject({
  /** Of the source's folder in service/memory/sources. */
  kind: z.string().regex(/^[a-z][a-z-]{0,31}$/),
  label: z.enum(['VRAM', 'RAM']),
  health: z.enum(['starting', 'ok', 'stale', 'unavailable']),
  reason: sourceReasonSchema.nullable(),
  remark: sourceRemarkSchema.nullable(),
});
export type SourceState = z.infer<typeof sourceStateSchema>;

/** Why none of the devices that are seen is known to be the WebUI's, `name`. */
export const unmatchedSchema = z.discriminatedUnion('code', [
  /** So many have this name, and the WebUI cannot tell which it is. */
  z.strictObject({ code: z.literal('several'), name: z.string(), alike: z.int() }),
  /** All of them are others. */
  z.strictObject({ code: z.literal('others'), name: z.string(), seen: z.array(z.string()) }),
]);
export type Unmatched = z.infer<typeof unmatchedSchema>;
