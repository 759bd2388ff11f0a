/** Generations by the WebUI's own API, and what only the test's own extension in it can do. */
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { blackPng, sizeOfPng } from './png.ts';

const LIMIT_MS = 5 * 60_000;
/** img2img takes part of its steps only, and two have to be sampled. */
const STEPS = 2;
const IMG2IMG_STEPS = 4;
const DENOISING_STRENGTH = 0.7;
/** Also what Doggettx's and InvokeAI's attention say where even their smallest slice does not fit. */
const OUT_OF_MEMORY = /out ?of ?memory|not enough memory/i;

export type Outcome = 'ok' | 'oom';

/** Throws on every failure that is not for want of memory. */
export async function generate(url: string, settings: GenerationSettings): Promise<Outcome> {
  return (await asked(url, settings, false)) === null ? 'oom' : 'ok';
}

export interface Pictures {
  readonly sizes: readonly { width: number; height: number }[];
  /** Of each picture, as the WebUI writes them beside it. */
  readonly parameters: readonly string[];
}

/** Null where memory ran out; throws on every other failure. */
export async function picturesOf(url: string, settings: GenerationSettings): Promise<Pictures | null> {
  const text = await asked(url, settings, true);
  if (text === null) return null;
  const { images, info } = JSON.parse(text) as { images: string[]; info: string };
  const { infotexts } = JSON.parse(info) as { infotexts: string[] };
  return { sizes: images.map((image) => sizeOfPng(Buffer.from(image, 'base64'))), parameters: infotexts };
}

/** As the settings page does. */
export async function setOption(url: string, name: string, value: boolean): Promise<void> {
  const response = await post(url, 'sdapi/v1/options', { [name]: value });
  if (!response.ok) throw new Error(`the option ${name} was answered with ${response.status}`);
}

async function asked(url: string, settings: GenerationSettings, sendImages: boolean): Promise<string | null> {
  const { path, body } = requestOf(settings);
  const response = await post(url, path, { ...body, send_images: sendImages });
  const text = await response.text();
  if (response.ok) return text;
  if (OUT_OF_MEMORY.test(text)) return null;
  throw new Error(`the WebUI answered ${response.status}: ${text.slice(0, 500)}`);
}

function post(url: string, path: string, body: Record<string, unknown>): Promise<Response> {
  return fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(LIMIT_MS),
  });
}

export function requestOf({ operation, width, height, batchSize, hires }: GenerationSettings): {
  path: string;
  body: Record<string, unknown>;
} {
  const common = {
    ...{
      prompt: 'a lighthouse',
      width,
      height,
      batch_size: batchSize,
      seed: 1,
      sampler_name: 'Euler',
      cfg_scale: 7,
      steps: STEPS,
    },
    ...{ save_images: false, denoising_strength: DENOISING_STRENGTH },
    // A person's previews are of no concern here, and take memory where the checkpoint is kept off the card.
    override_settings: { live_previews_enable: false },
  };
  if (operation === 'img2img') {
    const image = `data:image/png;base64,${blackPng(width, height).toString('base64')}`;
    return { path: 'sdapi/v1/img2img', body: { ...common, steps: IMG2IMG_STEPS, init_images: [image] } };
  }
  if (hires === null) return { path: 'sdapi/v1/txt2img', body: common };
  const second = {
    enable_hr: true,
    hr_upscaler: hires.upscaler,
    hr_resize_x: hires.width,
    hr_resize_y: hires.height,
    hr_second_pass_steps: STEPS,
  };
  return { path: 'sdapi/v1/txt2img', body: { ...common, ...second } };
}

/**
 * After a failure through the API the WebUI still holds that run's tensors, which its page does not: they would be
 * needed in the next run as well, and no estimate can know of them.
 */
export async function collect(url: string): Promise<void> {
  const response = await fetch(new URL('blank-card/collect', url), {
    method: 'POST',
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  if (!response.ok) throw new Error(`collecting was answered with ${response.status}`);
}
