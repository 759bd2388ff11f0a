import type { GenerationSettings } from '../protocol/settings.ts';

const LATENT_PX = 8;
const PX_PER_MPX = 1024 * 1024;

/** Area that the networks really compute, in units of 1024 x 1024 pixels: the latent's size is floor(px / 8). */
export function areaMpx(widthPx: number, heightPx: number): number {
  return (Math.floor(widthPx / LATENT_PX) * Math.floor(heightPx / LATENT_PX) * LATENT_PX * LATENT_PX) / PX_PER_MPX;
}

/** Area of the picture that comes out: the hires target where there is one. */
export function outputAreaMpx(settings: GenerationSettings): number {
  return settings.hires === null
    ? areaMpx(settings.width, settings.height)
    : areaMpx(settings.hires.width, settings.hires.height);
}

/** Largest batch size times area that a sampling pass sees. */
export function workMpx(settings: GenerationSettings): number {
  return settings.batchSize * Math.max(areaMpx(settings.width, settings.height), outputAreaMpx(settings));
}

/**
 * Whether every pass of `larger` works on at least as much as the same pass of `smaller`, so that it cannot need less.
 */
export function isAsLarge(larger: GenerationSettings, smaller: GenerationSettings): boolean {
  if (larger.batchSize < smaller.batchSize) return false;
  return [sampledMpx, outputAreaMpx, encodedMpx].every((of) => of(larger) >= of(smaller));
}

/** Of the largest sampling pass. */
function sampledMpx(settings: GenerationSettings): number {
  return Math.max(areaMpx(settings.width, settings.height), outputAreaMpx(settings));
}

/** Of what the VAE encodes; 0 where it encodes nothing. */
function encodedMpx({ operation, width, height, hires }: GenerationSettings): number {
  if (operation === 'img2img') return areaMpx(width, height);
  return operation === 'hires_image' && hires !== null ? areaMpx(hires.uncroppedWidth, hires.uncroppedHeight) : 0;
}
