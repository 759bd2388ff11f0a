/** What a person sets in the WebUI before pressing Generate, as every stage names it. */
import * as z from 'zod';
import { PHASES } from '../operations/kind.ts';
import { isHires, OPERATIONS } from '../operations/registry.ts';
import { MOST_BATCH, MOST_PX } from './limits.ts';

/** The kinds of generation that differ in memory; hires fix is split by where the upscaling happens. */
export const operationSchema = z.enum(OPERATIONS);
export type Operation = z.infer<typeof operationSchema>;

export const phaseSchema = z.enum(PHASES);
export type Phase = z.infer<typeof phaseSchema>;

const px = z.int().min(1).max(MOST_PX);

/**
 * The second pass of hires fix, in pixels. `width` x `height` is what comes out; `uncroppedWidth` x `uncroppedHeight`
 * is what the upscaler and the encoder work on where both resize fields are set (equal to the former otherwise).
 */
const hiresSchema = z.strictObject({
  width: px,
  height: px,
  uncroppedWidth: px,
  uncroppedHeight: px,
  upscaler: z.string().max(200).nullable(),
});

/**
 * Settings of one generation. `width` and `height` are the first pass's, in pixels; `hires` is null without hires fix.
 */
export const generationSettingsSchema = z
  .strictObject({
    operation: operationSchema,
    width: px,
    height: px,
    batchSize: z.int().min(1).max(MOST_BATCH),
    hires: hiresSchema.nullable(),
  })
  .refine((settings) => (settings.hires !== null) === isHires(settings.operation), {
    message: 'hires must be given with hires fix, and be null otherwise',
    path: ['hires'],
  });
export type GenerationSettings = z.infer<typeof generationSettingsSchema>;

export { OPERATIONS };
