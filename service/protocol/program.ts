/**
 * What programs ask of the WebUI's own app under /headroom/api, and the shim passes on (role `program`): a question by
 * its name with its query as it came, and an answer with the status of HTTP. Numbered rules: docs/PROTOCOL.md.
 */
import * as z from 'zod';
import { adviceResultSchema } from './advice.ts';
import { errorMessageSchema } from './error.ts';
import { estimateResultSchema } from './estimate.ts';
import { explainResultSchema } from './explanation.ts';
import { MAX_ERROR_TEXT, MOST_BATCH, MOST_PX } from './limits.ts';

/** Of the answers: a change that a program has to know of makes it another one. */
export const API_SCHEMA = 1;
/** A whole address: escaped for JSON too it stays within a message. */
export const MAX_QUERY = 48_000;

export const QUESTIONS = ['estimate', 'max', 'explain'] as const;
export type Question = (typeof QUESTIONS)[number];

export const programMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ask'), about: z.enum(QUESTIONS), query: z.string().max(MAX_QUERY) }),
]);
export type ProgramMessage = z.infer<typeof programMessageSchema>;

/** Beside what is told of the question: which version that is, and the set-up; null while none is known. */
const head = { schema: z.literal(API_SCHEMA), keyHash: z.string().nullable() };
const message = z.string().meta({ description: 'what it means, in a sentence' });

const [estimated, notEstimated] = estimateResultSchema.options;
const [, largest, , nothing] = adviceResultSchema.options;
const [explanation] = explainResultSchema.options;

export const estimateAnswerSchema = z.discriminatedUnion('status', [
  z.strictObject({ ...head, ...estimated.shape, message }),
  z.strictObject({ ...head, ...notEstimated.shape, message }),
]);
export const maxAnswerSchema = z.discriminatedUnion('about', [
  z.strictObject({ ...head, ...largest.shape, message }),
  z.strictObject({ ...head, ...nothing.shape, message }),
]);
export const explainAnswerSchema = z.strictObject({ ...head, ...explanation.shape, message });
/** Of any other status than 200: what is wrong, and what to do. */
export const refusedAnswerSchema = z.strictObject({ schema: z.literal(API_SCHEMA), detail: z.string() });

export const toProgramMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('answer'),
    status: z.union([z.literal(200), z.literal(422)]),
    body: z.union([estimateAnswerSchema, maxAnswerSchema, explainAnswerSchema, refusedAnswerSchema]),
  }),
  errorMessageSchema,
]);
export type ToProgramMessage = z.infer<typeof toProgramMessageSchema>;
export type Answer = Extract<ToProgramMessage, { type: 'answer' }>;

/** Of hires fix. */
export const MOST_SCALE = 16;
const side = z.int().min(1).max(MOST_PX);
const target = z.int().min(0).max(MOST_PX);

/** Named as in the WebUI's own API (/sdapi/v1/txt2img); `max` takes the usual shape where no size is named. */
export const SETTINGS_PARAMETERS = {
  width: side.meta({ description: 'of the picture, in pixels (of the first pass with hires fix)' }),
  height: side.meta({ description: 'of the picture, in pixels' }),
  batch_size: z.int().min(1).max(MOST_BATCH).default(1).meta({ description: 'pictures at a time' }),
  img2img: z.boolean().default(false).meta({ description: 'a picture from a picture' }),
  enable_hr: z.boolean().default(false).meta({ description: 'with hires fix' }),
  hr_scale: z.number().min(1).max(MOST_SCALE).default(2).meta({ description: 'of hires fix: how much larger' }),
  hr_resize_x: target.default(0).meta({ description: 'of hires fix: width in pixels, in place of the scale' }),
  hr_resize_y: target.default(0).meta({ description: 'of hires fix: height in pixels, in place of the scale' }),
  hr_upscaler: z.string().max(200).default('Latent').meta({ description: 'of hires fix, as the WebUI names it' }),
} as const;
export type SettingsParameter = keyof typeof SETTINGS_PARAMETERS;

export const EXPLAIN_PARAMETERS = {
  text: z.string().max(MAX_ERROR_TEXT).meta({ description: 'an out-of-memory error, with its traceback or without' }),
} as const;

/** What is wrong with a query. */
export type QueryProblem =
  | { readonly code: 'unknown-parameter'; readonly name: string; readonly known: readonly string[] }
  | { readonly code: 'twice' | 'not-given'; readonly name: string }
  | { readonly code: 'not-a-number' | 'not-a-switch'; readonly name: string }
  | { readonly code: 'not-in-range'; readonly name: string; readonly least: number; readonly most: number }
  | { readonly code: 'no-such-upscaler'; readonly known: readonly string[] }
  | { readonly code: 'needs-hires'; readonly name: string }
  | { readonly code: 'hires-from-a-picture' | 'text-too-long' | 'not-an-error' };
