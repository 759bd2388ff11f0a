/** What a calibration rests on, and what contradicts it: codes and figures, whose sentences are in words/. */
import * as z from 'zod';
import { inabilitySchema } from './abilities.ts';

/** One thing that has changed since another set-up was measured; null where it is not set. */
const changeSchema = z.strictObject({
  name: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type Change = z.infer<typeof changeSchema>;

/** A set-up that was measured, and in what this one differs. `imported`: its runs were. */
export const similarSetUpSchema = z.strictObject({
  changes: z.array(changeSchema).readonly(),
  imported: z.boolean(),
});
export type SimilarSetUp = z.infer<typeof similarSetUpSchema>;

/** Why runs cannot be fitted. */
const fitFailureSchema = z.enum([
  'no-runs',
  'all-runs-failed',
  'too-few-runs',
  'needs-another-size',
  'needs-a-larger-batch',
  'figures-below-weights',
  'no-known-networks',
]);
export type FitFailure = z.infer<typeof fitFailureSchema>;

/** Why nothing is worked out of a set-up before any run: what of it no replay follows. */
const notReplayedSchema = z.enum([
  'unknown-family',
  'unknown-conditioning',
  'unknown-precision',
  'unknown-attention',
  'other-unet',
  'hypertile',
  'token-merging',
  'approximate-vae',
  'full-live-preview',
  'other-allocator',
  'other-weights',
]);
export type NotReplayed = z.infer<typeof notReplayedSchema>;

/** What a set-up is calibrated from, or why it is not. */
export const findingSchema = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('unable'), why: inabilitySchema }),
  z.strictObject({ code: z.literal('no-checkpoint') }),
  z.strictObject({ code: z.literal('not-fitted'), reason: fitFailureSchema }),
  /** Nothing was run either. */
  z.strictObject({ code: z.literal('not-replayed'), why: notReplayedSchema }),
  /** `unmeasured`: what `runs` have shown, if there are any, bounds the figures and no more. */
  z.strictObject({ code: z.enum(['unmeasured', 'few', 'partial', 'ready']), runs: z.int() }),
  z.strictObject({ code: z.literal('imported'), imported: z.int(), own: z.int() }),
  z.strictObject({ code: z.literal('similar'), similar: similarSetUpSchema }),
]);
export type Finding = z.infer<typeof findingSchema>;

/**
 * That ordinary runs have left their estimates. `meanMiB`: by how much, negative where they took less; `ranOut`: some
 * of them ran out of memory. `similar`: the set-up that the estimates rested on; null where it was this one, and then
 * they are of since `sinceMs`.
 */
export const driftSchema = z.strictObject({
  meanMiB: z.number(),
  sinceMs: z.number(),
  ranOut: z.boolean(),
  similar: similarSetUpSchema.nullable(),
});
export type Drift = z.infer<typeof driftSchema>;

/**
 * `unmeasured`: nothing was run that the estimates rest on. `runs`: those that the fit learnt from; `kept`: all of the
 * key that are stored; `imported`: those of them that an import brought. While a benchmark runs, or no WebUI is there,
 * the finding is that.
 */
export const calibrationStateSchema = z.strictObject({
  state: z.enum(['none', 'unmeasured', 'partial', 'ready']),
  runs: z.int(),
  kept: z.int(),
  imported: z.int(),
  finding: z.discriminatedUnion('code', [
    ...findingSchema.options,
    z.strictObject({ code: z.enum(['no-webui', 'benchmark-runs']) }),
  ]),
});
export type CalibrationState = z.infer<typeof calibrationStateSchema>;
