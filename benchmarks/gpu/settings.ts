import { hashUnit } from '../../service/plan/random.ts';
import { OPERATIONS, type GenerationSettings, type Operation } from '../../service/protocol/settings.ts';

export interface Bounds {
  readonly maxSizePx: number;
  readonly maxBatchSize: number;
  /** Left out = all. */
  readonly operations?: readonly Operation[];
}

const LEAST_SIZE_PX = 256;
const HIRES_LEAST_PX = 128;
/** Most people stay on the sliders' grid; sizes off it cost more, unevenly. */
const OFF_GRID_SHARE = 0.15;
const HIRES_SCALES = [1.25, 1.5, 1.75, 2];

/** `count` settings as people choose them, the operations in turn; the same for the same seed, and none twice. */
export function randomSettings(count: number, seed: number, bounds: Bounds): GenerationSettings[] {
  const found = new Map<string, GenerationSettings>();
  for (let draw = 0; found.size < count && draw < 50 * count; draw += 1) {
    const settings = drawOne(seed, draw, found.size, bounds);
    found.set(JSON.stringify(settings), settings);
  }
  return [...found.values()];
}

function drawOne(seed: number, draw: number, index: number, bounds: Bounds): GenerationSettings {
  const { maxSizePx, maxBatchSize, operations = OPERATIONS } = bounds;
  const unit = (what: string): number => hashUnit(seed, `${draw} ${what}`);
  const operation = operations[index % operations.length] ?? 'txt2img';
  const hires = operation === 'hires_latent' || operation === 'hires_image';
  const stepPx = unit('grid') < OFF_GRID_SHARE ? 8 : 64;
  const least = hires ? HIRES_LEAST_PX : LEAST_SIZE_PX;
  const most = hires ? maxSizePx / Math.min(...HIRES_SCALES) : maxSizePx;
  const side = (what: string): number => onGrid(least + unit(what) * (most - least), stepPx);
  const [width, height] = [side('width'), unit('square') < 0.3 ? side('width') : side('height')];
  const batchSize = 1 + Math.floor(unit('batch') ** 2 * maxBatchSize);
  if (!hires) return { operation, width, height, batchSize, hires: null };
  const fitting = HIRES_SCALES.filter((scale) => Math.max(width, height) * scale <= maxSizePx);
  const scale = fitting[Math.floor(unit('scale') * fitting.length)] ?? 1;
  const target = { width: onGrid(width * scale, 8), height: onGrid(height * scale, 8) };
  const upscaler = operation === 'hires_latent' ? 'Latent' : 'Lanczos';
  return {
    operation,
    width,
    height,
    batchSize,
    hires: { ...target, uncroppedWidth: target.width, uncroppedHeight: target.height, upscaler },
  };
}

function onGrid(px: number, stepPx: number): number {
  return Math.max(stepPx, Math.floor(px / stepPx) * stepPx);
}
