/** The table of sizes against the sliders: which shape and batch size are theirs, and what a size would set. Pure. */
import type { RequestedSettings } from '../../service/protocol/estimate.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';

export type Size = Pick<GenerationSettings, 'width' | 'height'>;

/** Sides of a shape are rounded to the WebUI's grid. */
const ALIKE = 0.05;
const GRID_PX = 64;

/** What comes out. */
function outcomeOf({ width, height, hires }: Pick<GenerationSettings, 'width' | 'height' | 'hires'>): Size {
  return hires ?? { width, height };
}

export function isLandscape(settings: RequestedSettings | null): boolean {
  if (settings === null) return false;
  const { width, height } = outcomeOf(settings);
  return width > height;
}

/** The networks take as much lying as upright. */
export function turned({ width, height }: Size): Size {
  return { width: height, height: width };
}

/** "9:16" as "16:9". */
export function turnedShape(shape: string): string {
  return shape.split(':').reverse().join(':');
}

/** The one of the shapes that the settings have, whichever way; null where none is near. */
export function shapeOf(settings: RequestedSettings, shapes: readonly string[]): string | null {
  const { width, height } = outcomeOf(settings);
  const share = Math.min(width, height) / Math.max(width, height);
  const apart = (shape: string): number => {
    const [across = NaN, up = NaN] = shape.split(':').map(Number);
    return Math.abs(Math.log(Math.min(across, up) / Math.max(across, up) / share));
  };
  const [nearest] = [...shapes].sort((a, b) => apart(a) - apart(b));
  return nearest === undefined || !(apart(nearest) <= ALIKE) ? null : nearest;
}

/**
 * The settings with another size that comes out, and another batch size: with hires fix the base is as many times
 * smaller as it is now.
 */
export function settingsWith(
  { operation, width, height, hires }: RequestedSettings,
  size: Size,
  batchSize: number,
): GenerationSettings {
  if (hires === null) return { operation, ...size, batchSize, hires };
  const times = Math.sqrt((hires.width * hires.height) / (width * height));
  const onGrid = (px: number): number => Math.max(GRID_PX, Math.round(px / times / GRID_PX) * GRID_PX);
  const target = { ...size, uncroppedWidth: size.width, uncroppedHeight: size.height };
  return {
    operation,
    width: onGrid(size.width),
    height: onGrid(size.height),
    batchSize,
    hires: { ...target, upscaler: hires.upscaler },
  };
}
