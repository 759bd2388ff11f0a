/** Fresh settings to generate with, drawn from a seed. */
import { hashUnit } from '../../service/plan/random.ts';

/** What a person sets on the page. `hires` and img2img exclude each other. */
export interface LiveSettings {
  tab: 'txt2img' | 'img2img';
  width: number;
  height: number;
  batchSize: number;
  hires: { scale: number; upscaler: string } | null;
}

const STEP_PX = 8;
const BEYOND = 1.5;
const LATENT = ['Latent', 'Latent (nearest)', 'Latent (bicubic)'];
const IMAGE = ['Lanczos', 'Nearest'];
/** The hires slider's own step. */
const SCALE_STEP = 0.05;

/** Today as a number: 20260731. The same all day, another tomorrow. */
export function seedOf(date: Date): number {
  return Number(date.toISOString().slice(0, 10).replaceAll('-', ''));
}

/** Five settings, one or more of each operation, up to `maxSizePx` of the benchmark and (the first) beyond it. */
export function drawSettings(seed: number, maxSizePx: number, maxBatchSize: number): LiveSettings[] {
  const between = (what: string, low: number, high: number, step: number) => {
    const steps = Math.floor((high - low) / step) + 1;
    return low + step * Math.floor(hashUnit(seed, what) * steps);
  };
  const one = (what: string, names: readonly string[]) => names[between(what, 0, names.length - 1, 1)] ?? '';
  const size = (what: string, low: number, high: number) => ({
    width: between(`${what} width`, low, high, STEP_PX),
    height: between(`${what} height`, low, high, STEP_PX),
  });
  const hires = (what: string, names: readonly string[]) => ({
    scale: Number((1.25 + SCALE_STEP * between(`${what} scale`, 0, 10, 1)).toFixed(2)),
    upscaler: one(`${what} upscaler`, names),
  });
  const half = Math.ceil(maxSizePx / 2 / STEP_PX) * STEP_PX;
  const low = Math.ceil((maxSizePx * 0.7) / STEP_PX) * STEP_PX;
  const forHires = Math.floor((maxSizePx * 0.75) / STEP_PX) * STEP_PX;
  return [
    { tab: 'txt2img', ...size('beyond', maxSizePx + STEP_PX, maxSizePx * BEYOND), batchSize: 1, hires: null },
    { tab: 'txt2img', ...size('batch', low, maxSizePx), batchSize: maxBatchSize, hires: null },
    { tab: 'txt2img', ...size('latent', half, forHires), batchSize: 1, hires: hires('latent', LATENT) },
    { tab: 'txt2img', ...size('image', half, forHires), batchSize: 1, hires: hires('image', IMAGE) },
    { tab: 'img2img', ...size('img2img', low, maxSizePx), batchSize: 1, hires: null },
  ];
}

export function describeSettings({ tab, width, height, batchSize, hires }: LiveSettings): string {
  const batch = batchSize === 1 ? '' : ` batch ${batchSize}`;
  const second = hires === null ? '' : ` hires x${hires.scale} ${hires.upscaler}`;
  return `${tab} ${width}x${height}${batch}${second}`;
}
