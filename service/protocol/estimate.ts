/** An estimate, or why there is none: codes and figures, whose sentences are in words/. */
import * as z from 'zod';
import { driftSchema, findingSchema, similarSetUpSchema } from './calibration.ts';
import { operationSchema, phaseSchema } from './settings.ts';
import { sourceStateSchema, unmatchedSchema } from './source.ts';

const mib = z.number().nonnegative();
const px = z.int().min(0).max(1_000_000);
const MOST_ADD_ONS = 50;

/**
 * What is switched on beside the sliders, by name: scripts as their controls are labelled, networks of the prompt by
 * kind and number (`lora: 2`), `refiner` and the like. Never a prompt's text. Left out where nothing is.
 */
const addOnsSchema = z.array(z.string().max(300)).max(MOST_ADD_ONS);

/**
 * As the sliders stand, absurd values included: whether they make sense is told in the answer, not by a closed socket.
 */
export const requestedSettingsSchema = z.strictObject({
  operation: operationSchema,
  width: px,
  height: px,
  batchSize: z.int().min(0).max(1_000_000),
  hires: z
    .strictObject({
      width: px,
      height: px,
      uncroppedWidth: px,
      uncroppedHeight: px,
      upscaler: z.string().max(200).nullable(),
    })
    .nullable(),
  addOns: addOnsSchema.optional(),
});
export type RequestedSettings = z.infer<typeof requestedSettingsSchema>;

const sizeSchema = { width: z.int(), height: z.int() };

/**
 * What is wrong with settings that cannot be estimated; `unfit`: what only a broken page asks for;
 * `not-with-inpainting`: the WebUI cannot do it with an inpainting checkpoint.
 */
const settingsProblemSchema = z.discriminatedUnion('code', [
  z.strictObject({ code: z.enum(['no-batch', 'no-hires-target', 'too-small', 'unfit', 'not-with-inpainting']) }),
  z.strictObject({ code: z.literal('batch-too-large'), batchSize: z.int(), most: z.int() }),
  z.strictObject({
    code: z.enum(['size-too-small', 'size-too-large']),
    size: z.enum(['image', 'hires-target', 'uncropped-hires-target']),
    ...sizeSchema,
    limitPx: z.int(),
  }),
]);
export type SettingsProblem = z.infer<typeof settingsProblemSchema>;

/**
 * What a user should know about these settings beyond the figures.
 * `adapts-to-free-memory`: attention is cut into so many slices with the memory that is free now, so the peak moves
 * with that. `slices-may-not-fit`: just with what is free now they may find no room, though with less or more the
 * generation runs. `token-count-does-not-divide`: it would be sliced and cannot, and asks for all of it at once.
 * `driver-may-spill`: the peak (`likely`), or its upper bound, reaches where a driver that spills begins to give out
 * system RAM.
 */
const estimateWarningSchema = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('adapts-to-free-memory'), slices: z.int() }),
  z.strictObject({ code: z.enum(['slices-may-not-fit', 'token-count-does-not-divide']) }),
  z.strictObject({ code: z.literal('driver-may-spill'), likely: z.boolean() }),
  z.strictObject({ code: z.literal('not-a-multiple-of-64'), ...sizeSchema }),
]);
export type EstimateWarning = z.infer<typeof estimateWarningSchema>;

/** Of an add-on that was not measured. `takesLess`: with it a generation needs less, where it has an effect at all. */
const usualSizeSchema = z.strictObject({ lowMiB: mib, highMiB: mib, takesLess: z.boolean() });
export type UsualSize = z.infer<typeof usualSizeSchema>;

/**
 * `add-ons-counted`: the figures hold what these took in so many runs, `addedMiB` of it in what is required.
 * `add-on-not-counted`: they do not; `usual` is null where nothing is known of its size, and `decides` says that with
 * it the verdict could be another.
 */
const addOnNoteSchema = z.discriminatedUnion('code', [
  z.strictObject({
    code: z.literal('add-ons-counted'),
    names: z.array(z.string()).readonly(),
    addedMiB: z.number(),
    runs: z.int(),
  }),
  z.strictObject({
    code: z.literal('add-on-not-counted'),
    names: z.array(z.string()).readonly(),
    usual: usualSizeSchema.nullable(),
    decides: z.boolean(),
  }),
]);
export type AddOnNote = z.infer<typeof addOnNoteSchema>;

/**
 * The figures hold what CUDA loads beside torch with the first picture of the WebUI's process. `processes`: so many
 * were seen to load it with this set-up; 0 where it is what others have published.
 */
const firstPictureSchema = z.strictObject({
  code: z.literal('first-picture'),
  lowMiB: mib,
  highMiB: mib,
  processes: z.int().min(0),
});

/** What a person should know beyond the figures. */
const noteSchema = z.discriminatedUnion('code', [
  ...estimateWarningSchema.options,
  ...addOnNoteSchema.options,
  firstPictureSchema,
  z.strictObject({ code: z.enum(['edge-inside', 'beyond', 'imported', 'smaller-hires']) }),
  z.strictObject({ code: z.literal('similar'), similar: similarSetUpSchema }),
  z.strictObject({ code: z.literal('finding'), finding: findingSchema }),
  z.strictObject({ code: z.literal('unmeasured-upscaler'), upscaler: z.string() }),
]);
export type Note = z.infer<typeof noteSchema>;

/** Why there is no estimate. */
export const noEstimateSchema = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('settings'), problem: settingsProblemSchema }),
  z.strictObject({ code: z.enum(['silent-webui', 'benchmark-runs', 'no-idle-reading']) }),
  /** `unsliceable`: sizes that attention may be unable to slice. */
  z.strictObject({
    code: z.literal('finding'),
    finding: findingSchema,
    unsliceable: z.array(z.strictObject(sizeSchema)).readonly(),
  }),
  z.strictObject({ code: z.literal('no-reading'), remark: sourceStateSchema.shape.remark }),
  z.strictObject({ code: z.literal('unmatched'), unmatched: unmatchedSchema }),
]);
export type NoEstimate = z.infer<typeof noEstimateSchema>;

const intervalSchema = z.strictObject({ valueMiB: mib, lowMiB: mib, highMiB: mib });
export type IntervalMiB = z.infer<typeof intervalSchema>;

/**
 * Answer to `estimate`. All MiB are of the whole device (what others use now is in them), so that each compares with
 * `usableMiB` directly: the total less what the driver keeps for itself. `marginMiB` = usable - required's upper bound
 * where it fits, usable - required otherwise.
 */
export const estimateResultSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('estimated'),
    verdict: z.enum(['fits', 'tight', 'will-not-fit']),
    required: intervalSchema,
    peak: intervalSchema,
    marginMiB: z.number(),
    limitingPhase: phaseSchema,
    /**
     * `inside` the sizes that were run, `beyond` them, from a `similar` set-up's runs, from `imported` ones, or
     * `unmeasured`: worked out from what is known of the networks, for nothing was run.
     */
    basis: z.enum(['inside', 'beyond', 'similar', 'imported', 'unmeasured']),
    totalMiB: mib,
    usableMiB: mib,
    webuiMiB: mib.nullable(),
    othersMiB: mib.nullable(),
    /** Of what is required that which is the WebUI's before it begins: its weights, and what the driver adds. */
    weightsMiB: mib,
    /** Where it does not surely fit: the largest of the same shape, batch and operation that does. */
    largest: z.strictObject({ ...sizeSchema, hires: z.strictObject(sizeSchema).nullable() }).nullable(),
    /** That a person's own generations have left the estimates. */
    drift: driftSchema.nullable(),
    notes: z.array(noteSchema),
  }),
  z.strictObject({
    status: z.enum(['not-calibrated', 'measuring', 'adapts', 'unsupported', 'bad-settings', 'no-memory-source']),
    why: noEstimateSchema,
    totalMiB: mib.nullable(),
    webuiMiB: mib.nullable(),
    othersMiB: mib.nullable(),
  }),
]);
export type EstimateResult = z.infer<typeof estimateResultSchema>;
