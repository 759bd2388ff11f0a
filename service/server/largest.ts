import type { GenerationSettings } from '../protocol/settings.ts';

const GRID_PX = 64;
const LATENT_PX = 8;

/**
 * The largest settings of the same shape, batch size and operation that fit, below those given: the longer side on the
 * WebUI's grid of 64 px, the shorter rounded to it, a hires target scaled alike. Null where none fits.
 * @param fits must not hold again above a size where it does not: memory grows with the image.
 */
export function largestThatFits(
  settings: GenerationSettings,
  fits: (settings: GenerationSettings) => boolean,
): { width: number; height: number } | null {
  let low = 0;
  let high = Math.ceil(Math.max(settings.width, settings.height) / GRID_PX);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(scaledTo(settings, middle * GRID_PX))) low = middle;
    else high = middle;
  }
  if (low === 0) return null;
  const { width, height } = scaledTo(settings, low * GRID_PX);
  return { width, height };
}

function scaledTo(settings: GenerationSettings, longerPx: number): GenerationSettings {
  const share = longerPx / Math.max(settings.width, settings.height);
  const onGrid = (px: number) => Math.max(GRID_PX, Math.round((px * share) / GRID_PX) * GRID_PX);
  const [width, height] = [onGrid(settings.width), onGrid(settings.height)];
  const { hires } = settings;
  if (hires === null) return { ...settings, width, height };
  const scaled = (px: number, from: number, to: number) =>
    Math.max(LATENT_PX, Math.floor((px * to) / from / LATENT_PX) * LATENT_PX);
  return {
    ...settings,
    width,
    height,
    hires: {
      ...hires,
      width: scaled(hires.width, settings.width, width),
      height: scaled(hires.height, settings.height, height),
      uncroppedWidth: scaled(hires.uncroppedWidth, settings.width, width),
      uncroppedHeight: scaled(hires.uncroppedHeight, settings.height, height),
    },
  };
}
