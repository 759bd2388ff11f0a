/** The largest that fits: of this shape and batch size, of this size, of this base, and of common shapes. */
import type { Steps } from '../../base/steps.ts';
import type { Largest, LargestSize } from '../../protocol/advice.ts';
import type { GenerationSettings, Phase } from '../../protocol/settings.ts';
import { createJudge } from '../judge.ts';
import { unchanged, type Judged, type Situation } from '../plan.ts';
import { largestBatch, MOST_BATCH } from './batch.ts';
import { largestHires, scaleOf } from './hires.ts';
import type { Measure } from './search.ts';
import { largestSettings } from './size.ts';

/** Beside that of the settings. */
const BATCH_SIZES = [1, 2, 4, 8];
/** Width to height, upright: the networks take no more for a landscape. */
const SHAPES = [
  [1, 1],
  [3, 4],
  [2, 3],
  [9, 16],
] as const;
/** A side of the shapes before they are scaled. */
const UNIT_PX = 256;

type Size = Largest['table']['rows'][number]['sizes'][number];

/** @returns null where nothing is known of what these settings need. */
export function* largest(situation: Situation): Steps<Largest | null> {
  const judge = createJudge(situation);
  const measure = judge.measure(unchanged(situation));
  if (measure === null) return null;
  const { settings } = situation;
  const size = largestSizeOf(largestSettings(settings, null, measure));
  yield;
  const batchSize = largestBatch(settings, MOST_BATCH + 1, measure);
  yield;
  const hires = largestSizeOf(largestHires(settings, 'any', measure));
  const batchSizes = [...new Set([...BATCH_SIZES, settings.batchSize])].sort((a, b) => a - b);
  const rows: Largest['table']['rows'] = [];
  for (const shape of SHAPES) {
    yield;
    rows.push({ shape: shape.join(':'), sizes: yield* sizesOf(settings, shape, batchSizes, measure) });
  }
  yield;
  const square = largestSettings({ ...ofShape(settings, SHAPES[0]), batchSize: 1 }, null, measure);
  const limitedBy = square === null ? null : phaseOf(judge.of({ ...unchanged(situation), settings: square }));
  const table = { operation: settings.operation, batchSizes, rows, limitedBy };
  return { size, batchSize, hires, table };
}

function phaseOf(judged: Judged | null): Phase | null {
  return judged?.estimate.limitingPhase ?? null;
}

function* sizesOf(
  settings: GenerationSettings,
  shape: readonly [number, number],
  batchSizes: readonly number[],
  measure: Measure,
): Steps<Size[]> {
  const sizes: Size[] = [];
  let below: number | null = null;
  for (const batchSize of batchSizes) {
    yield;
    const found: GenerationSettings | null =
      below === 0 ? null : largestSettings({ ...ofShape(settings, shape), batchSize }, below, measure);
    // More pictures at once are no larger.
    below = found === null ? 0 : Math.max(found.width, found.height) + 1;
    sizes.push(sizeOf(found));
  }
  return sizes;
}

/** The same operation, by the same factor of hires fix. */
function ofShape(settings: GenerationSettings, [across, up]: readonly [number, number]): GenerationSettings {
  const [width, height] = [across * UNIT_PX, up * UNIT_PX];
  const { hires } = settings;
  if (hires === null) return { ...settings, width, height };
  const times = Math.sqrt((hires.width * hires.height) / (settings.width * settings.height));
  const target = { width: Math.round(width * times), height: Math.round(height * times) };
  return {
    ...settings,
    width,
    height,
    hires: { ...hires, ...target, uncroppedWidth: target.width, uncroppedHeight: target.height },
  };
}

/** What comes out. */
function sizeOf(settings: GenerationSettings | null): Size {
  if (settings === null) return null;
  const { width, height } = settings.hires ?? settings;
  return { width, height };
}

/** The same, and of what it is made. */
function largestSizeOf(settings: GenerationSettings | null): LargestSize | null {
  const size = sizeOf(settings);
  if (settings === null || size === null) return null;
  const { width, height, hires } = settings;
  return { ...size, base: hires === null ? null : { width, height }, scale: scaleOf(settings) };
}
