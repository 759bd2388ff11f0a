import { PX_PER_MPX } from '../base/units.ts';
import { estimate } from '../estimate/estimate.ts';
import { outputAreaMpx } from '../model/geometry.ts';
import type { Fit } from '../model/types.ts';
import { observationOf } from '../calibration/observations.ts';
import { isHires } from '../operations/registry.ts';
import type { GenerationSettings, Operation } from '../protocol/settings.ts';
import type { ToViewerMessage } from '../protocol/viewer.ts';
import type { StoredRun } from '../store/run-rows.ts';
import { peakOnDevice } from '../estimate/on-device.ts';

type Curves = Extract<ToViewerMessage, { type: 'curves' }>;

const STEP_PX = 64;
const USUAL_LEAST_PX = 256;
const MOST_PX = 2048;
const BATCH_SIZES = [1, 2, 4, 8, 16];

/**
 * The WebUI's own memory against image size, a line per batch size, with the uncapped runs as points: without what
 * others use, which moves and on a machine's RAM would hide the rest. Peak is never above what the WebUI can have now,
 * and ends (null) where required passes that: nothing larger runs to have a peak.
 * @param roomMiB what programs can have less what others use now; null = not known.
 */
export function curvesOf(
  operation: Operation,
  fit: Fit | null,
  runs: readonly StoredRun[],
  contradicted: ReadonlySet<string>,
  roomMiB: number | null,
): Omit<Curves, 'requestId'> {
  const points = runs
    .filter(
      ({ run }) =>
        run.settings.operation === operation &&
        run.capMiB === null &&
        run.marks.length === 0 &&
        !contradicted.has(run.runId),
    )
    .flatMap(({ run, imported }) => {
      const peakMiB = observationOf(run)?.reservedPeakMiB ?? null;
      if (peakMiB === null) return [];
      return [
        {
          sizePx: sideOf(run.settings),
          batchSize: run.settings.batchSize,
          peakMiB: Math.round(peakMiB),
          ok: run.outcome === 'ok',
          imported,
          onLine: hasUsualBase(run.settings),
        },
      ];
    });
  const topPx =
    points.length === 0 ? MOST_PX : Math.min(MOST_PX, Math.max(...points.map(({ sizePx }) => sizePx)) + 4 * STEP_PX);
  const smallestPx = Math.min(USUAL_LEAST_PX, ...points.map(({ sizePx }) => sizePx));
  const leastPx = Math.max(STEP_PX, Math.floor(smallestPx / STEP_PX) * STEP_PX);
  const sizesPx: number[] = [];
  for (let px = leastPx; px <= Math.max(topPx, leastPx + STEP_PX); px += STEP_PX) sizesPx.push(px);
  const mostBatch = Math.max(1, fit?.domain.maxBatchSize ?? 1, ...points.map(({ batchSize }) => batchSize));
  const batches = new Set([...BATCH_SIZES.filter((batch) => batch < mostBatch), mostBatch]);
  const lines =
    fit === null
      ? []
      : [...batches].map((batchSize) => lineOf(fit, operation, batchSize, sizesPx, roomMiB ?? Infinity));
  return { type: 'curves', operation, sizesPx, lines, points, roomMiB };
}

function lineOf(
  fit: Fit,
  operation: Operation,
  batchSize: number,
  sizesPx: readonly number[],
  roomMiB: number,
): Curves['lines'][number] {
  const estimates = sizesPx.map((px) => estimate(fit, squareOf(operation, batchSize, px), roomMiB));
  const requiredMiB = estimates.map((one) => (one.ok ? Math.round(one.required.valueMiB) : null));
  const peakMiB = estimates.map((one) =>
    one.ok && one.required.valueMiB <= roomMiB ? peakOnDevice(one, { totalMiB: roomMiB, otherMiB: 0 }).valueMiB : null,
  );
  return { batchSize, requiredMiB, peakMiB };
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
