/**
 * What helps against too little memory, and the largest that fits: codes and figures, whose sentences are in words/.
 */
import * as z from 'zod';
import { noEstimateSchema } from './estimate.ts';
import { optionValueSchema, settableOptionSchema } from './options.ts';
import { generationSettingsSchema, operationSchema, phaseSchema } from './settings.ts';

const mib = z.number().nonnegative();
const intervalSchema = z.strictObject({ valueMiB: mib, lowMiB: mib, highMiB: mib });
/** What is saved may turn out to be less than nothing. */
const savingSchema = z.strictObject({ valueMiB: z.number(), lowMiB: z.number(), highMiB: z.number() });

export const attentionNameSchema = z.enum(['sdp', 'xformers', 'V1', 'None', 'sub-quadratic', 'Doggettx', 'InvokeAI']);
export const vramModeSchema = z.enum(['none', 'medvram', 'lowvram']);

/**
 * What becomes of the picture. `nearly`: the same but for rounding; `differs`: another picture, as good or worse;
 * `smaller`: it has fewer pixels.
 */
export const pictureSchema = z.enum(['same', 'nearly', 'differs', 'smaller']);
export type Picture = z.infer<typeof pictureSchema>;

/**
 * How it is done. `sliders`: in the page, `times` as many batches; `option` of the WebUI's settings, in force at once;
 * `saved-option`: in force from the WebUI's next start on; `flag`s of its start.
 */
const appliedSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sliders'), settings: generationSettingsSchema, times: z.int().min(1) }),
  z.strictObject({ kind: z.literal('option'), name: settableOptionSchema, value: optionValueSchema }),
  z.strictObject({ kind: z.literal('saved-option'), name: z.string(), value: optionValueSchema }),
  z.strictObject({
    kind: z.literal('flag'),
    add: z.array(z.string()).readonly(),
    remove: z.array(z.string()).readonly(),
  }),
  z.strictObject({ kind: z.literal('action'), action: z.literal('close-program'), pid: z.int() }),
]);
export type Applied = z.infer<typeof appliedSchema>;

/** One thing to change, by its code. */
const changeSchema = z.discriminatedUnion('code', [
  z.strictObject({ code: z.enum(['smaller-size', 'smaller-hires']), settings: generationSettingsSchema }),
  z.strictObject({ code: z.literal('smaller-batch'), batchSize: z.int(), times: z.int() }),
  z.strictObject({ code: z.literal('other-upscaler'), upscaler: z.string() }),
  z.strictObject({ code: z.literal('attention'), to: attentionNameSchema }),
  z.strictObject({ code: z.literal('vram-mode'), to: vramModeSchema }),
  z.strictObject({ code: z.enum(['fp8-weights', 'half', 'half-vae', 'prompts-apart', 'light-preview']) }),
  z.strictObject({ code: z.literal('unload-checkpoints'), keptMiB: mib }),
  z.strictObject({ code: z.literal('close-program'), pid: z.int(), name: z.string(), usedMiB: mib }),
]);
export type AdvisedChange = z.infer<typeof changeSchema>;

const stepSchema = z.strictObject({
  change: changeSchema,
  applied: appliedSchema,
  picture: pictureSchema,
  restart: z.boolean(),
});
export type AdvisedStep = z.infer<typeof stepSchema>;

/**
 * What helps. `savesMiB` of what is required, null where it is not known what that is now; `seconds` more for as many
 * pictures, null where nothing was timed. `picture` and `restart`: the worst of its steps.
 */
export const remedySchema = z.strictObject({
  steps: z.array(stepSchema).min(1).max(3).readonly(),
  savesMiB: savingSchema.nullable(),
  seconds: z.number().nullable(),
  picture: pictureSchema,
  restart: z.boolean(),
  /** Of the whole device, with all steps done. */
  required: intervalSchema,
  verdict: z.enum(['fits', 'tight', 'will-not-fit']),
});
export type Remedy = z.infer<typeof remedySchema>;

export const changeCodes = changeSchema.options.flatMap(({ shape: { code } }) =>
  'options' in code ? code.options : [code.value],
);

/** What may help and nothing tells by how much, and why. */
const unknownSchema = z.strictObject({
  code: z.enum([...changeCodes, 'tiled-vae', 'token-merging', 'expandable-segments', 'cudnn-benchmark']),
  /**
   * `not-replayed`: its allocations are not known; `not-told`: this host does not tell whether it has it;
   * `undone`: the WebUI itself goes back on it where it has to; `networks`: those of this set-up are not known.
   */
  why: z.enum(['not-replayed', 'not-told', 'undone', 'networks']),
});
export type UnknownRemedy = z.infer<typeof unknownSchema>;

const adviceSchema = z.strictObject({
  /** Of the settings as they are; null where nothing is known of what they need. */
  verdict: z.enum(['fits', 'tight', 'will-not-fit']).nullable(),
  required: intervalSchema.nullable(),
  usableMiB: mib,
  remedies: z.array(remedySchema),
  unknown: z.array(unknownSchema),
});
export type Advice = z.infer<typeof adviceSchema>;

const sizeSchema = z.strictObject({ width: z.int(), height: z.int() });

/** What comes out, and of what hires fix makes it; `base` and `scale` are null without it. */
const largestSizeSchema = z.strictObject({
  ...sizeSchema.shape,
  base: sizeSchema.nullable().meta({ description: 'of the first pass; null without hires fix' }),
  scale: z
    .number()
    .nullable()
    .meta({ description: 'of hires fix: "Upscale by"; null without it, and where no step of that slider makes it' }),
});
export type LargestSize = z.infer<typeof largestSizeSchema>;

/** Each is null where not even the least fits. */
const largestSchema = z.strictObject({
  size: largestSizeSchema
    .nullable()
    .meta({ description: 'of this shape, batch size and scale, in steps of 64 pixels' }),
  batchSize: z.int().nullable(),
  hires: largestSizeSchema
    .nullable()
    .meta({ description: 'from this very base by the largest scale; null too without hires fix' }),
  /** Of common shapes by batch size, what comes out at most; of this operation. */
  table: z.strictObject({
    operation: operationSchema,
    batchSizes: z.array(z.int()),
    rows: z.array(z.strictObject({ shape: z.string(), sizes: z.array(sizeSchema.nullable()) })),
    /** What needs the most of the largest square picture alone; null where none fits. */
    limitedBy: phaseSchema.nullable(),
  }),
});
export type Largest = z.infer<typeof largestSchema>;

/** The settings as they are under each set of flags; `isNow`: those in force. */
const flagsSchema = z.strictObject({
  /** Cards of the columns behind this one. */
  cardsMiB: z.array(z.int()),
  rows: z.array(
    z.strictObject({
      attention: attentionNameSchema,
      vramMode: vramModeSchema,
      vae: z.enum(['half', 'float']),
      isNow: z.boolean(),
      required: intervalSchema,
      peak: intervalSchema,
      verdict: z.enum(['fits', 'tight', 'will-not-fit']),
      onCards: z.array(z.enum(['fits', 'tight', 'will-not-fit'])),
      /**
       * Somewhere it is tight, here or on one of the cards, for this alone: there is enough, and just with so much free
       * attention makes pieces that may find no room, though less would do.
       */
      slicesMayNotFit: z.boolean(),
    }),
  ),
  unknown: z.array(unknownSchema),
});
export type FlagsTable = z.infer<typeof flagsSchema>;

/** What is asked for. */
export const adviceAboutSchema = z.enum(['remedies', 'largest', 'flags']);
export type AdviceAbout = z.infer<typeof adviceAboutSchema>;

/** Answer to `advice`; without an estimate `nothing`, and why. `unknown-networks`: of this set-up. */
export const adviceResultSchema = z.discriminatedUnion('about', [
  z.strictObject({ about: z.literal('remedies'), ...adviceSchema.shape }),
  z.strictObject({ about: z.literal('largest'), ...largestSchema.shape }),
  z.strictObject({ about: z.literal('flags'), ...flagsSchema.shape }),
  z.strictObject({
    about: z.literal('nothing'),
    why: noEstimateSchema.or(z.strictObject({ code: z.literal('unknown-networks') })),
  }),
]);
export type AdviceResult = z.infer<typeof adviceResultSchema>;
