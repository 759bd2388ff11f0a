/** Options of the WebUI that a page may set by a click: the shim sets no others, and the WebUI's own rules hold. */
import * as z from 'zod';

/** All take effect without a restart. */
export const settableOptionSchema = z.enum([
  'show_progress_type',
  'cross_attention_optimization',
  'batch_cond_uncond',
  'fp8_storage',
  'headroom_rescue',
]);
export type SettableOption = z.infer<typeof settableOptionSchema>;

export const optionValueSchema = z.union([z.string().max(100), z.number(), z.boolean()]);
export type OptionValue = z.infer<typeof optionValueSchema>;

/**
 * `was`: what stood there, to be put back. `unknown`: this WebUI has none of that name; `no-choice`: or not that value;
 * `changed`: it is no longer what was expected; `refused`: the WebUI lets nobody change it (frozen, hidden); `failed`:
 * what the WebUI does after a change went wrong, and it is as before; `busy`: a generation, or another change, is in
 * hand; `no-webui`: none answers.
 */
export const optionSetSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), was: optionValueSchema }),
  z.strictObject({
    ok: z.literal(false),
    reason: z.enum(['unknown', 'no-choice', 'changed', 'refused', 'failed', 'busy', 'no-webui']),
  }),
]);
export type OptionSet = z.infer<typeof optionSetSchema>;
