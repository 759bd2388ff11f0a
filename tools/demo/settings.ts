/** Fresh settings for a check: all operations, from small to well beyond what the benchmark ran. */
import { OPERATIONS, type GenerationSettings, type Operation } from '../../service/protocol/settings.ts';

const STEP_PX = 64;

/** Numbers in [0, 1) from a seed (mulberry32), so that a failing check can be run again. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Range {
  readonly maxSizePx: number;
  readonly maxBatchSize: number;
}

/** How far beyond the benchmark's largest size people go. */
const BEYOND = 1.5;

/**
 * One setting, such as people ask for: sizes are multiples of 64 from 256 to half as much again as `maxSizePx`, so that
 * some lie beyond all that was run and some do not fit; hires targets up to twice the first pass.
 */
export function randomSettings(random: () => number, { maxSizePx, maxBatchSize }: Range): GenerationSettings {
  const operation: Operation = OPERATIONS[Math.floor(random() * OPERATIONS.length)] ?? 'txt2img';
  const isHires = operation.startsWith('hires_');
  const size = (): number => pick(random, 256, (isHires ? maxSizePx / 2 : maxSizePx) * BEYOND);
  const [width, height] = [size(), size()];
  const batchSize = 1 + Math.floor(random() * maxBatchSize);
  if (!isHires) return { operation, width, height, batchSize, hires: null };
  const scale = 1.25 + 0.25 * Math.floor(random() * 4);
  // Quarters of a multiple of 64 are whole latent cells: nothing is rounded or cropped.
  const target = { width: width * scale, height: height * scale };
  const upscaler = operation === 'hires_latent' ? 'Latent' : 'Lanczos';
  const hires = { ...target, uncroppedWidth: target.width, uncroppedHeight: target.height, upscaler };
  return { operation, width, height, batchSize, hires };
}

function pick(random: () => number, low: number, high: number): number {
  const steps = Math.max(0, Math.floor((high - low) / STEP_PX));
  return low + STEP_PX * Math.floor(random() * (steps + 1));
}
