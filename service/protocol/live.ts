/** The last minutes of the device's memory, for pages that show them. */
import * as z from 'zod';
import { holdersSchema } from './holders.ts';
import { originSchema, outcomeSchema } from './run.ts';
import { generationSettingsSchema } from './settings.ts';

const mib = z.number().nonnegative();

/**
 * The highest reading of a second or so, and what of it was not the WebUI's. Null where there was none: a column of
 * points breaks there.
 */
const livePointSchema = z.strictObject({ atMs: z.number(), usedMiB: mib.nullable(), othersMiB: mib.nullable() });
export type LivePoint = z.infer<typeof livePointSchema>;

/** A generation, as the readout stood when it began: `verdict` is null where there was none. */
const liveRunSchema = z.strictObject({
  runId: z.string(),
  startedAtMs: z.number(),
  origin: originSchema,
  settings: generationSettingsSchema,
  /** Of a benchmark's run that had less than all on purpose; else null. */
  capMiB: mib.nullable(),
  verdict: z.enum(['fits', 'tight', 'will-not-fit']).nullable(),
  /** Null while it goes on. */
  outcome: outcomeSchema.nullable(),
  /** Of the whole device; null while it goes on, and where it was not measured. */
  peakMiB: mib.nullable(),
});
export type LiveRun = z.infer<typeof liveRunSchema>;

export const liveSchema = z.strictObject({
  type: z.literal('live'),
  /** All that is kept, which takes the place of what came before; else what came since. */
  whole: z.boolean(),
  holders: holdersSchema,
  points: z.array(livePointSchema),
  /** The last ones, oldest first; null where they are as they were told. */
  runs: z.array(liveRunSchema).nullable(),
});
