import type { Steps } from '../base/steps.ts';
import { PX_PER_MPX } from '../base/units.ts';
import { estimate } from '../estimate/estimate.ts';
import { outputAreaMpx } from '../model/geometry.ts';
import type { Fit } from '../model/types.ts';
import { observationOf } from '../calibration/observations.ts';
import { isHires } from '../operations/registry.ts';
import type { GenerationSettings, Operation } from '../protocol/settings.ts';
import type { ToViewerMessage } from '../protocol/viewer.ts';
import type { StoredRun } from '../store/run-rows.ts';
import { onDevice, peakOnDevice } from '../estimate/on-device.ts';
import type { IntervalMiB } from '../protocol/estimate.ts';

type Curves = Extract<ToViewerMessage, { type: 'curves' }>;

const STEP_PX = 64;
const USUAL_LEAST_PX = 256;
/** Without an edge to reach. */
const USUAL_MOST_PX = 2048;
const MOST_PX = 4096;
/** From there on every second step is enough to see how a line runs. */
const LARGE_PX = 1024;
const BATCH_SIZES = [1, 2, 4, 8, 16];
/** A table of sizes by batch has so many at the least. */
const LEAST_MOST_BATCH = 8;
/** A line is worth the look so far beyond what was run. */
const BEYOND_RUNS_PX = 4 * STEP_PX;

export interface CurvesOf {
  readonly operation: Operation;
  readonly fit: Fit | null;
  readonly runs: readonly StoredRun[];
  readonly contradicted: ReadonlySet<string>;
  /** What programs can have less what others use now; null = not known. */
  readonly roomMiB: number | null;
  /** The sliders as they stand; null where they make no sense, or are of another operation. */
  readonly present: GenerationSettings | null;
}

/**
 * The WebUI's own memory without its CUDA context (torch's, where torch counts) against image size, a line per batch
 * size, with the uncapped runs as points: what others use is left out, which moves and on a machine's RAM would hide
 * the rest. Peak is never above what the WebUI can have now, and ends (null) where required passes that: nothing
 * larger runs to have a peak. Required ends one size later: lines go to the edge, and not on. In steps, for some
 * hundred estimates take their time.
 */
export function* curvesOf(asked: CurvesOf): Steps<Omit<Curves, 'requestId' | 'finding'>> {
  const { operation, fit, roomMiB, present } = asked;
  const points = pointsOf(asked);
  const room = roomMiB ?? Infinity;
  const measuredPx = points.map(({ sizePx }) => sizePx);
  const fits = (px: number): boolean => fit !== null && roomMiB !== null && fitsIn(fit, operation, px, room);
  const sizesPx = yield* sizesOf(measuredPx, fits);
  const mostBatch = Math.max(1, fit?.domain.maxBatchSize ?? 1, ...points.map(({ batchSize }) => batchSize));
  const most = Math.max(mostBatch, LEAST_MOST_BATCH);
  const batches = new Set([...BATCH_SIZES.filter((batch) => batch <= most), mostBatch]);
  const inOrder = [...batches].sort((one, other) => one - other);
  const lines: Curves['lines'] = [];
  if (fit !== null)
    for (const batchSize of inOrder) lines.push(yield* lineOf(fit, operation, batchSize, sizesPx, room));
  yield;
  const now = fit === null || present === null ? null : presentOf(fit, present, room);
  return { type: 'curves', operation, sizesPx, lines, points, roomMiB, present: now };
}

/** As measured, of the same settings as the lines: hires fix from another size than half leaves another cache. */
function pointsOf({ operation, runs, contradicted }: CurvesOf): Curves['points'] {
  return runs.flatMap(({ run, imported }) => {
    const { settings, capMiB, marks, runId, outcome } = run;
    const counts = settings.operation === operation && capMiB === null && marks.length === 0;
    if (!counts || contradicted.has(runId) || !hasUsualBase(settings)) return [];
    const peakMiB = observationOf(run)?.reservedPeakMiB ?? null;
    if (peakMiB === null) return [];
    const { batchSize } = settings;
    return [{ sizePx: sideOf(settings), batchSize, peakMiB: Math.round(peakMiB), ok: outcome === 'ok', imported }];
  });
}

/** @param fits whether one picture of this side does: the largest that does not is the last. */
function* sizesOf(measuredPx: readonly number[], fits: (px: number) => boolean): Steps<number[]> {
  const leastPx = Math.max(STEP_PX, Math.floor(Math.min(USUAL_LEAST_PX, ...measuredPx) / STEP_PX) * STEP_PX);
  const wantedPx = measuredPx.length === 0 ? USUAL_MOST_PX : Math.max(...measuredPx) + BEYOND_RUNS_PX;
  const leastTopPx = Math.max(leastPx + STEP_PX, Math.min(USUAL_MOST_PX, wantedPx));
  const sizesPx: number[] = [];
  for (let px = leastPx; px <= MOST_PX; px += px < LARGE_PX ? STEP_PX : 2 * STEP_PX) {
    const last = sizesPx.at(-1);
    yield;
    if (last !== undefined && px > leastTopPx && !fits(last)) break;
    sizesPx.push(px);
  }
  return sizesPx;
}

function fitsIn(fit: Fit, operation: Operation, px: number, roomMiB: number): boolean {
  const one = estimate(fit, squareOf(operation, 1, px), roomMiB);
  return one.ok && one.required.valueMiB <= roomMiB;
}

const NOTHING = { required: null, peak: null };

function* lineOf(
  fit: Fit,
  operation: Operation,
  batchSize: number,
  sizesPx: readonly number[],
  roomMiB: number,
): Steps<Curves['lines'][number]> {
  let beyond = false;
  const figures: Figures[] = [];
  for (const px of sizesPx) {
    yield;
    // The first one beyond the edge is shown: there the line crosses it.
    const told: Figures = beyond ? NOTHING : figuresOf(fit, squareOf(operation, batchSize, px), roomMiB);
    beyond ||= told.required !== null && told.required.valueMiB > roomMiB;
    figures.push(told);
  }
  return {
    batchSize,
    required: columnsOf(figures.map(({ required }) => required)),
    peak: columnsOf(figures.map(({ peak }) => peak)),
  };
}

interface Figures {
  readonly required: IntervalMiB | null;
  readonly peak: IntervalMiB | null;
}

function figuresOf(fit: Fit, settings: GenerationSettings, roomMiB: number): Figures {
  const one = estimate(fit, settings, roomMiB);
  if (!one.ok) return NOTHING;
  const runs = one.required.valueMiB <= roomMiB;
  return {
    required: onDevice(one.required, 0),
    peak: runs ? peakOnDevice(one, { usableMiB: roomMiB, otherMiB: 0 }) : null,
  };
}

function columnsOf(intervals: readonly (IntervalMiB | null)[]): Curves['lines'][number]['required'] {
  return {
    valueMiB: intervals.map((one) => one?.valueMiB ?? null),
    lowMiB: intervals.map((one) => one?.lowMiB ?? null),
    highMiB: intervals.map((one) => one?.highMiB ?? null),
  };
}

function presentOf(fit: Fit, settings: GenerationSettings, roomMiB: number): Curves['present'] {
  const { required, peak } = figuresOf(fit, settings, roomMiB);
  if (required === null) return null;
  return {
    sizePx: sideOf(settings),
    batchSize: settings.batchSize,
    requiredMiB: required.valueMiB,
    peakMiB: peak?.valueMiB ?? null,
  };
}

/** Hires fix doubles the size, as it does unless a person changes it. */
function squareOf(operation: Operation, batchSize: number, px: number): GenerationSettings {
  if (!isHires(operation)) return { operation, width: px, height: px, batchSize, hires: null };
  const hires = { width: px, height: px, uncroppedWidth: px, uncroppedHeight: px, upscaler: null };
  return { operation, width: px / USUAL_SCALE, height: px / USUAL_SCALE, batchSize, hires };
}

const USUAL_SCALE = 2;
const SAME_SCALE = 1.02;

/**
 * A hires fix from another size than half leaves another cache behind, and may need more or less: its run is not of the
 * lines.
 */
function hasUsualBase({ width, height, hires }: GenerationSettings): boolean {
  if (hires === null) return true;
  const scale = Math.sqrt((hires.width * hires.height) / (width * height));
  return Math.max(scale / USUAL_SCALE, USUAL_SCALE / scale) < SAME_SCALE;
}

function sideOf(settings: GenerationSettings): number {
  return Math.round(Math.sqrt(outputAreaMpx(settings) * PX_PER_MPX));
}
