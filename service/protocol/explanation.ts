/** What is told of an out-of-memory text: codes and figures, whose sentences are in words/. */
import * as z from 'zod';
import { attentionNameSchema, changeCodes, pictureSchema, remedySchema, vramModeSchema } from './advice.ts';
import { generationSettingsSchema, phaseSchema } from './settings.ts';

const mib = z.number();
const maybeMib = mib.nullable();

/** Whose memory ran out, or whose library failed for want of it. */
const kindSchema = z.enum([
  ...(['cuda', 'hip', 'xpu', 'mps', 'directml', 'host-ram'] as const),
  ...(['webui-attention', 'cublas', 'cudnn', 'nan', 'unknown'] as const),
]);
export type ErrorKind = z.infer<typeof kindSchema>;

/** Where a traceback stands: in a phase of a generation, or before it. */
const errorPhaseSchema = z.enum([...phaseSchema.options, 'loading', 'prompts']);
export type ErrorPhase = z.infer<typeof errorPhaseSchema>;

/** Of the denoising network, of the autoencoder where it says so. */
const layerSchema = z.enum([
  'self-attention scores',
  'cross-attention scores',
  'autoencoder attention scores',
  'attention part',
  'attention accumulator',
  'feed-forward',
  'joined with skip',
  'feature map',
  'pictures',
  'latents',
  'prompts',
  'weights in another order',
]);
export type Layer = z.infer<typeof layerSchema>;

/** Codes with the figures that bear them out. */
const causeSchema = z.discriminatedUnion('code', [
  /** Enough is free, but in pieces: `unallocatedMiB` of PyTorch's own cache and `freeMiB` of the card. */
  z.strictObject({ code: z.literal('fragmentation'), unallocatedMiB: mib, freeMiB: mib }),
  /** What is neither free nor this process's. */
  z.strictObject({ code: z.literal('other-program'), othersMiB: mib }),
  /** The card has room; what the process may have has not. */
  z.strictObject({ code: z.literal('cap'), capMiB: mib }),
  /** More is kept between generations than the weights take. */
  z.strictObject({ code: z.literal('leak-or-kept'), keptMiB: mib }),
  /** The system refuses to back more memory, the card has room or was never asked. `freeMiB` of the card. */
  z.strictObject({ code: z.literal('commit-limit'), freeMiB: maybeMib }),
  /** `missingMiB`: how much more would have been enough; null where that is not known. */
  z.strictObject({ code: z.literal('plain-size'), missingMiB: maybeMib }),
  /** Attention asked for all of its scores at once. */
  z.strictObject({ code: z.literal('attention-not-sliced'), scoresMiB: mib }),
  z.strictObject({ code: z.enum(['nan-precision', 'library-not-loaded', 'unknown']) }),
]);
export type Cause = Readonly<z.infer<typeof causeSchema>>;

const tensorSchema = z.strictObject({
  layer: layerSchema,
  /** Height and width of the latents, in numbers of them. */
  latent: z.tuple([z.int(), z.int()]).readonly(),
  batch: z.int(),
  slices: z.int(),
  dtype: z.enum(['float16', 'float32']),
});
export type ToldTensor = Readonly<z.infer<typeof tensorSchema>>;

/** Figures as torch rounds them; null where the text tells none. */
const readingSchema = z.strictObject({
  kind: kindSchema,
  phase: errorPhaseSchema.nullable(),
  triedMiB: maybeMib,
  freeMiB: maybeMib,
  totalMiB: maybeMib,
  allocatedMiB: maybeMib,
  /** What is allocated included, whatever the message counts. */
  reservedMiB: maybeMib,
  processMiB: maybeMib,
  capMiB: maybeMib,
  /** Errors in the text: one of them was read. */
  errors: z.int(),
});

export const explanationSchema = z.strictObject({
  reading: readingSchema,
  /** `others` fit as well; `certain`: nothing else in the settings has that size. */
  tensor: z
    .strictObject({ ...tensorSchema.shape, certain: z.boolean(), others: z.array(tensorSchema).readonly() })
    .nullable(),
  cause: causeSchema,
});
export type ToldExplanation = Readonly<z.infer<typeof explanationSchema>>;

/** Of what a text alone may speak for. `revert-vae` and `upcast-attention` are options of the WebUI. */
const bareCodes = [
  ...(['close-programs', 'paging-file', 'raise-limit', 'expandable-segments', 'restart-webui'] as const),
  ...(['vram-mode', 'tiled-vae', 'attention', 'smaller-hires', 'smaller-size'] as const),
  ...(['float-vae', 'revert-vae', 'float-unet', 'upcast-attention', 'fewer-checkpoints', 'tcmalloc'] as const),
] as const;

/** `savesMiB`: at the most; null where the text does not bear out how much. */
const bareRemedySchema = z.strictObject({
  code: z.enum(bareCodes),
  savesMiB: maybeMib,
  picture: pictureSchema,
  restart: z.boolean(),
  priced: z.null(),
});
export type BareRemedy = Readonly<z.infer<typeof bareRemedySchema>>;

/** The same of what the replay prices: `code` is that of its first step, `priced` has all, with interval and verdict. */
const pricedRemedySchema = z.strictObject({
  ...bareRemedySchema.shape,
  code: z.enum(changeCodes),
  priced: remedySchema,
});

/** What helps as far as the text tells. */
const textRemedySchema = z.union([bareRemedySchema, pricedRemedySchema]);
export type TextRemedy = Readonly<z.infer<typeof textRemedySchema>>;

const widthSchema = z.enum(['half', 'float']);

/**
 * What the remedies are priced for. `assumed`: not in the text, and as the WebUI has it by itself; `own`: not in the
 * text, and as in the WebUI that is connected.
 */
const pricedForSchema = z.strictObject({
  settings: generationSettingsSchema,
  /** Of the networks. */
  family: z.string(),
  attention: attentionNameSchema,
  vramMode: vramModeSchema,
  unet: widthSchema,
  vae: widthSchema,
  assumed: z.array(z.enum(['attention'])).readonly(),
  own: z.array(z.enum(['family', 'attention', 'flags'])).readonly(),
});
export type PricedFor = Readonly<z.infer<typeof pricedForSchema>>;

/**
 * Why nothing is priced: the text lacks `settings`, `family`, `flags` or `figures`; it is no lack of memory of a CUDA
 * card's (`kind`); another program's (`other-webui`); networks that are not replayed; by the replay it `fits`, so that it
 * does not know what happened; nothing is found that is enough.
 */
const unpricedSchema = z.enum([
  ...(['settings', 'family', 'flags', 'figures', 'kind', 'other-webui', 'networks', 'fits', 'nothing-enough'] as const),
]);
export type Unpriced = z.infer<typeof unpricedSchema>;

const pricingSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: pricedForSchema }),
  z.strictObject({ ok: z.literal(false), reason: unpricedSchema }),
]);
export type Pricing = Readonly<z.infer<typeof pricingSchema>>;

/** Answer to `explain`. */
export const explainResultSchema = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    ...explanationSchema.shape,
    remedies: z.array(textRemedySchema).readonly(),
    pricing: pricingSchema,
  }),
  z.strictObject({ ok: z.literal(false), reason: z.literal('not-an-error') }),
]);
export type ExplainedText = Readonly<ToldExplanation & { remedies: readonly TextRemedy[]; pricing: Pricing }>;
export type ExplainResult = z.infer<typeof explainResultSchema>;
