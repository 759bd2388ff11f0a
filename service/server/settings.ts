import type { Result } from '../base/result.ts';
import { generationSettingsSchema, type GenerationSettings } from '../protocol/settings.ts';
import type { RequestedSettings } from '../protocol/viewer.ts';

/** A latent pixel is 8 x 8 pixels of the image: below that there is nothing to generate. */
const LEAST_PX = 8;
const MOST_PX = 16_384;
const MOST_BATCH = 256;

/** Turns what the sliders say into settings, or says in words what is wrong with them. */
export function checkSettings(requested: RequestedSettings): Result<GenerationSettings, string> {
  const message = problemOf(requested);
  if (message !== null) return { ok: false, reason: message };
  const parsed = generationSettingsSchema.safeParse(requested);
  if (!parsed.success)
    return { ok: false, reason: parsed.error.issues[0]?.message ?? 'These settings cannot be estimated.' };
  return { ok: true, value: parsed.data };
}

function problemOf({ operation, width, height, batchSize, hires }: RequestedSettings): string | null {
  if (batchSize < 1) return 'Batch size is 0: set it to 1 or more.';
  if (batchSize > MOST_BATCH) return `Batch size ${batchSize} is beyond what can be estimated (${MOST_BATCH}).`;
  const image = sizeProblem('Image size', width, height);
  if (image !== null) return image;
  if (operation.startsWith('hires_') && hires === null) return 'Hires fix is on, but its target size is not known yet.';
  if (hires === null) return null;
  return (
    sizeProblem('Hires fix target', hires.width, hires.height) ??
    sizeProblem('Hires fix target before cropping', hires.uncroppedWidth, hires.uncroppedHeight)
  );
}

function sizeProblem(what: string, width: number, height: number): string | null {
  if (width < LEAST_PX || height < LEAST_PX)
    return `${what} ${width} x ${height} is too small: nothing below ${LEAST_PX} pixels can be generated.`;
  if (width > MOST_PX || height > MOST_PX)
    return `${what} ${width} x ${height} is beyond what can be estimated (${MOST_PX} pixels a side).`;
  return null;
}

/** Legal in the WebUI, and rarely meant: the second pass makes the image smaller. */
export function hiresIsSmaller({ width, height, hires }: GenerationSettings): boolean {
  return hires !== null && hires.width * hires.height < width * height;
}
