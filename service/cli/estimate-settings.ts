import type { RequestedSettings } from '../protocol/viewer.ts';

export interface SettingsText {
  readonly width: string | null;
  readonly height: string | null;
  readonly batch: string | null;
  readonly hires: string | null;
  readonly upscaler: string | null;
  readonly img2img: boolean;
}

export type SettingsRead = { readonly ok: true; readonly settings: RequestedSettings } | { readonly ok: false; readonly message: string };

/** From the words of the command line; sizes that make no sense are answered with the estimate, words that are no sizes here. */
export function readSettings({ width, height, batch, hires, upscaler, img2img }: SettingsText): SettingsRead {
  const sizes = { width: wholeOf(width), height: wholeOf(height), batchSize: wholeOf(batch ?? '1') };
  if (sizes.width === null || sizes.height === null) return { ok: false, message: '--width and --height must be given, in pixels.' };
  if (sizes.batchSize === null) return { ok: false, message: '--batch must be a whole number.' };
  const first = { width: sizes.width, height: sizes.height, batchSize: sizes.batchSize };
  if (hires === null) {
    if (upscaler !== null) return { ok: false, message: '--upscaler needs --hires WIDTHxHEIGHT.' };
    return { ok: true, settings: { operation: img2img ? 'img2img' : 'txt2img', ...first, hires: null } };
  }
  if (img2img) return { ok: false, message: '--img2img has no hires fix.' };
  const match = /^(\d{1,6})x(\d{1,6})$/i.exec(hires);
  if (match === null) return { ok: false, message: '--hires must be a size such as 1536x1536.' };
  const target = { width: Number(match[1]), height: Number(match[2]) };
  const latent = upscaler === null || /^latent/i.test(upscaler);
  return {
    ok: true,
    settings: {
      operation: latent ? 'hires_latent' : 'hires_image',
      ...first,
      hires: { ...target, uncroppedWidth: target.width, uncroppedHeight: target.height, upscaler: latent ? 'Latent' : upscaler },
    },
  };
}

function wholeOf(text: string | null): number | null {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null;
}
