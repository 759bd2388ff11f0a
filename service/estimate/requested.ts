import type { Result } from '../base/result.ts';
import { MOST_BATCH, MOST_PX } from '../protocol/limits.ts';
import { generationSettingsSchema, type GenerationSettings } from '../protocol/settings.ts';
import type { RequestedSettings, SettingsProblem } from '../protocol/estimate.ts';

/** A latent pixel is 8 x 8 pixels of the image: below that there is nothing to generate. */
const LEAST_PX = 8;

type Size = Extract<SettingsProblem, { size: string }>['size'];

/** Turns what the sliders say into settings, or says what is wrong with them. */
export function checkSettings(requested: RequestedSettings): Result<GenerationSettings, SettingsProblem> {
  const problem = problemOf(requested);
  if (problem !== null) return { ok: false, reason: problem };
  const { operation, width, height, batchSize, hires } = requested;
  const parsed = generationSettingsSchema.safeParse({ operation, width, height, batchSize, hires });
  if (!parsed.success) return { ok: false, reason: { code: 'unfit' } };
  return { ok: true, value: parsed.data };
}

function problemOf({ operation, width, height, batchSize, hires }: RequestedSettings): SettingsProblem | null {
  if (batchSize < 1) return { code: 'no-batch' };
  if (batchSize > MOST_BATCH) return { code: 'batch-too-large', batchSize, most: MOST_BATCH };
  const image = sizeProblem('image', width, height);
  if (image !== null) return image;
  if (operation.startsWith('hires_') && hires === null) return { code: 'no-hires-target' };
  if (hires === null) return null;
  return (
    sizeProblem('hires-target', hires.width, hires.height) ??
    sizeProblem('uncropped-hires-target', hires.uncroppedWidth, hires.uncroppedHeight)
  );
}

function sizeProblem(size: Size, width: number, height: number): SettingsProblem | null {
  if (width < LEAST_PX || height < LEAST_PX) return { code: 'size-too-small', size, width, height, limitPx: LEAST_PX };
  if (width > MOST_PX || height > MOST_PX) return { code: 'size-too-large', size, width, height, limitPx: MOST_PX };
  return null;
}

/** Legal in the WebUI, and rarely meant: the second pass makes the image smaller. */
export function hiresIsSmaller({ width, height, hires }: GenerationSettings): boolean {
  return hires !== null && hires.width * hires.height < width * height;
}
