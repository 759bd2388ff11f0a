/** Memory that grows from run to run while nothing is generated: codes and figures, whose sentences are in words/. */
import * as z from 'zod';

/**
 * What grows. `torch`: what PyTorch has allocated; `context`: the rest of the WebUI's process on the device; `others`:
 * other programs; `beside`: the last two, where the driver does not say which; `ram`: the WebUI's process in RAM.
 */
export const growingSchema = z.enum(['torch', 'context', 'others', 'beside', 'ram']);
export type Growing = z.infer<typeof growingSchema>;

/** What may be special about a run. `extra`: ControlNet, a LoRA and the like, as `extras` of a run names it. */
export const circumstanceSchema = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('checkpoint') }),
  z.strictObject({ code: z.literal('out-of-memory') }),
  z.strictObject({ code: z.literal('interrupted') }),
  z.strictObject({ code: z.literal('failed') }),
  z.strictObject({ code: z.literal('extra'), extra: z.string() }),
]);
export type Circumstance = z.infer<typeof circumstanceSchema>;

/** `with`: it grows with each such run and with no other; `since`: it began to grow at the first such run. */
const suspectSchema = z.strictObject({ how: z.enum(['with', 'since']), circumstance: circumstanceSchema });

/** What hands out RAM to the WebUI's process. `system`: the C library's own, glibc's on most Linux systems. */
export const allocatorSchema = z.enum(['tcmalloc', 'jemalloc', 'mimalloc', 'system']);
export type Allocator = z.infer<typeof allocatorSchema>;

export const leakSchema = z.strictObject({
  growing: growingSchema,
  /** Of like runs since `sinceMs`. */
  perRunMiB: z.number(),
  grownMiB: z.number(),
  runs: z.int(),
  sinceMs: z.number(),
  suspect: suspectSchema.nullable(),
  /** Where it is RAM, and known. */
  allocator: allocatorSchema.nullable(),
});
export type Leak = z.infer<typeof leakSchema>;
