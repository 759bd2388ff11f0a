import type { GenerationSettings } from '../../protocol/settings.ts';
import { largestBelow, type Measure } from './search.ts';

const LATENT_PX = 8;
/** The WebUI's slider "Upscale by" has steps of 0.05, and ends at 4. */
const STEPS_A_TIME = 20;
const MOST_TIMES = 4;

/**
 * The largest hires target from the same base that fits, below the one given, or as far as the slider goes. Null where
 * there is no hires fix, or not even a target of the base's size fits.
 */
export function largestHires(
  settings: GenerationSettings,
  below: 'the-target' | 'any',
  measure: Measure,
): GenerationSettings | null {
  const { hires, width } = settings;
  if (hires === null) return null;
  const timesNow = hires.width / width;
  const beyond =
    below === 'any'
      ? (MOST_TIMES - 1) * STEPS_A_TIME + 2
      : Math.ceil((timesNow - 1) * STEPS_A_TIME - Number.EPSILON * MOST_TIMES) + 1;
  // Number 1 is the size of the base itself.
  const timesOf = (number: number): number => 1 + (number - 1) / STEPS_A_TIME;
  const number = largestBelow(beyond, (one) => upscaledBy(settings, timesOf(one)), measure);
  return number === null ? null : upscaledBy(settings, timesOf(number));
}

/** The first step of the slider that makes this target of this base; null where none does. */
export function scaleOf({ hires, width, height }: GenerationSettings): number | null {
  if (hires === null) return null;
  for (let step = STEPS_A_TIME; step <= MOST_TIMES * STEPS_A_TIME; step += 1) {
    const times = step / STEPS_A_TIME;
    if (onGrid(width * times) === hires.width && onGrid(height * times) === hires.height) return times;
  }
  return null;
}

function onGrid(px: number): number {
  return Math.max(LATENT_PX, Math.floor(Math.trunc(px) / LATENT_PX) * LATENT_PX);
}

/** By the WebUI's arithmetic of "Upscale by"; a target of another shape keeps its own. */
function upscaledBy(settings: GenerationSettings, times: number): GenerationSettings {
  const { hires, width, height } = settings;
  if (hires === null) return settings;
  const isOfShape = Math.abs(hires.width * height - hires.height * width) <= LATENT_PX * Math.max(width, height);
  const share = (times * width) / hires.width;
  const sideOf = (base: number, target: number): number => onGrid(isOfShape ? base * times : target * share);
  return {
    ...settings,
    hires: {
      ...hires,
      width: sideOf(width, hires.width),
      height: sideOf(height, hires.height),
      uncroppedWidth: sideOf(width, hires.uncroppedWidth),
      uncroppedHeight: sideOf(height, hires.uncroppedHeight),
    },
  };
}
