/** What is tried: settings as people choose them, and ladders of sizes that lead past the edge of the card. */
import { randomSettings, type Bounds } from '../../benchmarks/gpu/settings.ts';
import { hiresTarget } from '../../service/protocol/hires-target.ts';
import { hashUnit } from '../../service/plan/random.ts';
import { OPERATIONS } from '../../service/protocol/settings.ts';
import type { GenerationSettings, Operation } from '../../service/protocol/settings.ts';

const CELL_PX = 8;
/** So that the second pass lies on cells, too. */
const HIRES_STEP_PX = 16;
const HIRES_SCALES = [1.5, 2];
const ASPECTS = [1, 1, 4 / 3, 3 / 4, 3 / 2, 2 / 3, 16 / 9, 9 / 16];
const BATCHES = [1, 1, 1, 2, 2, 3, 4];
/** Of the output, of one picture; from one rung to the next its area grows by so much. */
const LEAST_SIDE_PX = 256;
const MOST_SIDE_PX = 3072;
const AREA_STEP = 1.03;

/** The operations in turn; hires targets are what the WebUI makes of both "resize to" fields. */
export function drawRandom(count: number, seed: number, bounds: Bounds): GenerationSettings[] {
  return randomSettings(count, seed, bounds).map((settings) => {
    const { width, height, hires } = settings;
    if (hires === null) return settings;
    const target = hiresTarget({
      width,
      height,
      scale: 0,
      resizeX: hires.width,
      resizeY: hires.height,
      oldBehaviour: false,
    });
    const { uncroppedWidth, uncroppedHeight } = target;
    return {
      ...settings,
      hires: { ...hires, width: target.width, height: target.height, uncroppedWidth, uncroppedHeight },
    };
  });
}

/** Settings that differ in size alone, the smallest first. */
export type Ladder = readonly GenerationSettings[];

/**
 * `towards`: where, from -1 (below) to 1 (beyond), the setting that is taken of it is to lie around the edge of the
 * card.
 */
export interface DrawnLadder {
  ladder: Ladder;
  towards: number;
}

export function drawLadders(count: number, seed: number, operations: readonly Operation[] = OPERATIONS): DrawnLadder[] {
  return Array.from({ length: count }, (_, index) => {
    const unit = (what: string) => hashUnit(seed, `ladder ${index} ${what}`);
    const pick = <T>(what: string, from: readonly [T, ...T[]] | readonly T[]): T =>
      from[Math.floor(unit(what) * from.length)] as T;
    const operation = pick('operation', [operations[index % operations.length] ?? 'txt2img']);
    const ladder = climb(operation, pick('aspect', ASPECTS), pick('batch', BATCHES), pick('scale', HIRES_SCALES));
    return { ladder, towards: 2 * unit('towards') - 1 };
  });
}

function climb(operation: Operation, aspect: number, batchSize: number, scale: number): Ladder {
  const isHires = operation === 'hires_latent' || operation === 'hires_image';
  const rungs: GenerationSettings[] = [];
  for (let area = LEAST_SIDE_PX ** 2; area <= MOST_SIDE_PX ** 2; area *= AREA_STEP) {
    const rung = isHires
      ? hiresRung(operation, Math.sqrt(area * aspect), Math.sqrt(area / aspect), batchSize, scale)
      : {
          operation,
          width: onGrid(Math.sqrt(area * aspect), CELL_PX),
          height: onGrid(Math.sqrt(area / aspect), CELL_PX),
          batchSize,
          hires: null,
        };
    const last = rungs.at(-1);
    if (last?.width !== rung.width || last.height !== rung.height) rungs.push(rung);
  }
  return rungs;
}

/** `width` x `height` come out. */
function hiresRung(
  operation: Operation,
  outWidth: number,
  outHeight: number,
  batchSize: number,
  scale: number,
): GenerationSettings {
  const [width, height] = [onGrid(outWidth / scale, HIRES_STEP_PX), onGrid(outHeight / scale, HIRES_STEP_PX)];
  const out = { width: width * scale, height: height * scale };
  const upscaler = operation === 'hires_latent' ? 'Latent' : 'Lanczos';
  return {
    operation,
    width,
    height,
    batchSize,
    hires: { ...out, uncroppedWidth: out.width, uncroppedHeight: out.height, upscaler },
  };
}

function onGrid(px: number, stepPx: number): number {
  return Math.max(stepPx, Math.round(px / stepPx) * stepPx);
}

/** Of one picture, as it comes out. */
export function outputSize({ width, height, hires }: GenerationSettings): { width: number; height: number } {
  return hires === null ? { width, height } : { width: hires.width, height: hires.height };
}

/** Pixels that come out of one picture. */
export function outputPixels(settings: GenerationSettings): number {
  const { width, height } = outputSize(settings);
  return width * height;
}

export function describe({ operation, width, height, batchSize, hires }: GenerationSettings): string {
  return `${operation} ${width}x${height}${hires === null ? '' : ` to ${hires.width}x${hires.height}`}${batchSize === 1 ? '' : ` batch ${batchSize}`}`;
}
