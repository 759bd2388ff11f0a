/** A person's generation in the protocol's words, from the fields of the WebUI's processing object. */
import { MARKS, operationOf } from '../operations/registry.ts';
import { generationSettingsSchema, type GenerationSettings } from '../protocol/settings.ts';
import type { Facts } from '../protocol/shim.ts';
import { isThere, isTrue } from './facts.ts';

const CLASSES = '__class__.__mro__';
const CELL_PX = 8;

export const SETTINGS_FACTS: readonly string[] = [
  CLASSES,
  'width',
  'height',
  'batch_size',
  'enable_hr',
  'is_hr_pass',
  'latent_scale_mode',
  'hr_upscale_to_x',
  'hr_upscale_to_y',
  'truncate_x',
  'truncate_y',
  'hr_upscaler',
  ...MARKS,
];

/** By its class: not every WebUI keeps img2img's fields to img2img. */
export function isImg2Img(facts: Facts): boolean {
  return /\bStableDiffusionProcessingImg2Img\b/.test(facts[CLASSES] ?? '');
}

/** Between two passes a latent upscaler works without decoding or encoding. */
export function upscalesLatent(facts: Facts): boolean {
  return (facts['latent_scale_mode'] ?? null) !== null;
}

/** After `p.init` where hires fix is on; null where it is none of ours, or has sizes that no picture has. */
export function settingsOf(facts: Facts): GenerationSettings | null {
  const image = isImg2Img(facts);
  const hires = !image && isTrue(facts['enable_hr']) ? hiresOf(facts) : null;
  const upscales = hires === null ? null : upscalesLatent(facts) ? 'latent' : 'image';
  const operation = operationOf(image ? 'Img2Img' : 'Txt2Img', upscales, (mark) => isThere(facts[mark]));
  const size = { width: whole(facts['width']), height: whole(facts['height']), batchSize: whole(facts['batch_size']) };
  const read = generationSettingsSchema.safeParse({ operation, ...size, hires });
  return read.success ? read.data : null;
}

/** `hr_upscale_to_*` is before cropping; `truncate_*` is what is cut off, in latent cells. */
function hiresOf(facts: Facts) {
  const columns = Math.floor(whole(facts['hr_upscale_to_x']) / CELL_PX);
  const rows = Math.floor(whole(facts['hr_upscale_to_y']) / CELL_PX);
  return {
    width: (columns - whole(facts['truncate_x'] ?? '0')) * CELL_PX,
    height: (rows - whole(facts['truncate_y'] ?? '0')) * CELL_PX,
    uncroppedWidth: columns * CELL_PX,
    uncroppedHeight: rows * CELL_PX,
    upscaler: facts['hr_upscaler']?.slice(0, 200) ?? null,
  };
}

/** NaN where it is no whole number: True and 512.0 are none. */
function whole(text: string | null | undefined): number {
  return /^-?\d+$/.test(text ?? '') ? Number(text) : Number.NaN;
}
