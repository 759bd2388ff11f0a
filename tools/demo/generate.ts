/**
 * One ordinary generation through the stand-in's API, as a person's own would be, and what the simulated card saw of
 * it.
 */
import type { GenerationSettings } from '../../service/protocol/settings.ts';

export interface Seen {
  readonly outcome: 'ok' | 'oom';
  /** Of the whole device, exactly: what nvidia-smi would show if it never missed a moment. */
  readonly devicePeakMiB: number;
  /** How long the generation waited for extensions' hooks, all together. */
  readonly scriptsMs: number;
}

// A grey pixel; img2img resizes it to what the sliders say.
const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';

/** @param addOns arguments of scripts that are always on, by title; null for none. */
export async function generate(
  webuiUrl: string,
  settings: GenerationSettings,
  addOns: Readonly<Record<string, unknown>> | null = null,
): Promise<Seen> {
  const route = settings.operation === 'img2img' ? 'img2img' : 'txt2img';
  const response = await fetch(new URL(`./sdapi/v1/${route}`, webuiUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...request(settings), ...(addOns !== null && { alwayson_scripts: addOns }) }),
  });
  const answer = (await response.json()) as { simulated?: Seen; detail?: string };
  if (answer.simulated === undefined)
    throw new Error(`the stand-in answered ${response.status}: ${JSON.stringify(answer).slice(0, 300)}`);
  return answer.simulated;
}

function request({ operation, width, height, batchSize, hires }: GenerationSettings): Record<string, unknown> {
  const common = { prompt: 'a house by the sea', steps: 2, width, height, batch_size: batchSize, send_images: false };
  if (operation === 'img2img') return { ...common, init_images: [PICTURE] };
  if (hires === null) return common;
  return {
    ...common,
    enable_hr: true,
    hr_scale: hires.width / width,
    hr_upscaler: hires.upscaler,
    denoising_strength: 0.7,
  };
}
