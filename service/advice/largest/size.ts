import type { GenerationSettings } from '../../protocol/settings.ts';
import { largestBelow, type Measure } from './search.ts';

const GRID_PX = 64;
const LATENT_PX = 8;
/** Beyond that nobody makes pictures in one piece. */
const MOST_PX = 4096;

/**
 * The largest settings of the same shape, batch size and operation that fit, below a longer side of so many pixels,
 * or as large as pictures come: the longer side on the WebUI's grid of 64 px, the shorter rounded to it, a hires target
 * scaled alike. Null where none fits.
 */
export function largestSettings(
  settings: GenerationSettings,
  belowPx: number | null,
  measure: Measure,
): GenerationSettings | null {
  const beyond = belowPx === null ? MOST_PX / GRID_PX + 1 : Math.ceil(belowPx / GRID_PX);
  const side = largestBelow(beyond, (sides) => scaledTo(settings, sides * GRID_PX), measure);
  return side === null ? null : scaledTo(settings, side * GRID_PX);
}

export function scaledTo(settings: GenerationSettings, longerPx: number): GenerationSettings {
  const share = longerPx / Math.max(settings.width, settings.height);
  const onGrid = (px: number): number => Math.max(GRID_PX, Math.round((px * share) / GRID_PX) * GRID_PX);
  const [width, height] = [onGrid(settings.width), onGrid(settings.height)];
  const { hires } = settings;
  if (hires === null) return { ...settings, width, height };
  const scaled = (px: number, from: number, to: number): number =>
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
