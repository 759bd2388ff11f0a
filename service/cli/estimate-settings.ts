import type { RequestedSettings } from '../protocol/viewer.ts';

export interface SettingsText {
  readonly width: string | null;
  readonly height: string | null;
  readonly batch: string | null;
  readonly hires: string | null;
  readonly upscaler: string | null;
  readonly img2img: boolean;
}

export type SettingsRead =
  { readonly ok: true; readonly settings: RequestedSettings } | { readonly ok: false; readonly message: string };

/**
 * From the words of the command line; sizes that make no sense are answered with the estimate, words that are no sizes
 * here.
 */
export function readSettings({ width, height, batch, hires, upscaler, img2img }: SettingsText): SettingsRead {
  if (width === null || height === null)
    return { ok: false, message: '--width and --height must be given, in pixels.' };
  for (const [option, words] of Object.entries({ '--width': width, '--height': height, '--batch': batch ?? '1' })) {
    if (!/^\d{1,6}$/.test(words)) return { ok: false, message: `${option} must be a whole number, not "${words}".` };
  }
  const first = { width: Number(width), height: Number(height), batchSize: Number(batch ?? '1') };
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
      hires: {
        ...target,
        uncroppedWidth: target.width,
        uncroppedHeight: target.height,
        upscaler: latent ? 'Latent' : upscaler,
      },
    },
  };
}
