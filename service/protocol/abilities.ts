/** What can be asked of a WebUI, and why not all: codes, whose sentences are in words/. */
import * as z from 'zod';

/** Why not all can be asked of a set-up. */
export const inabilitySchema = z.discriminatedUnion('code', [
  z.strictObject({ code: z.enum(['attention-adapts', 'not-shown-to-be-a1111', 'sdnext', 'unknown-webui']) }),
  /** `name` of the WebUI. */
  z.strictObject({ code: z.literal('moves-networks'), name: z.string() }),
]);
export type Inability = z.infer<typeof inabilitySchema>;

/**
 * As hosts/ decides. Where not all: its attention, or all that it does, is fitted to the memory that is free, or
 * Headroom does not know it well enough. `reason` is what kind of inability it is.
 */
export const abilitiesSchema = z.strictObject({
  benchmark: z.boolean(),
  estimate: z.boolean(),
  reason: z.enum(['attention-adapts', 'webui-adapts', 'unsupported']).nullable(),
  why: inabilitySchema.nullable(),
});
export type Abilities = z.infer<typeof abilitiesSchema>;
