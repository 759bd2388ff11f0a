import { estimate } from '../estimate/estimate.ts';
import type { LiveMemory } from '../estimate/verdict.ts';
import { outputAreaMpx } from '../model/geometry.ts';
import type { Fit } from '../model/types.ts';
import { observationOf } from '../benchmark/observations.ts';
import type { GenerationSettings, Operation } from '../protocol/settings.ts';
import type { ToViewerMessage } from '../protocol/viewer.ts';
import type { MemoryFigures } from '../recorder/accounting.ts';
import type { StoredRun } from '../store/run-rows.ts';
import { peakOnDevice } from './answer.ts';

type Curves = Extract<ToViewerMessage, { type: 'curves' }>;

const STEP_PX = 64;
const USUAL_LEAST_PX = 256;
const MOST_PX = 2048;
const PX_PER_MPX = 1024 * 1024;
const BATCH_SIZES = [1, 2, 4, 8, 16];

/**
 * Memory against image size, a line per batch size, with the uncapped runs as points; all of the whole device as memory stands now.
 * Peak is never above what programs can have, and ends (null) where required passes that: nothing larger runs to have a peak.
 */
export function curvesOf(
  operation: Operation,
  fit: Fit | null,
  runs: readonly StoredRun[],
  contradicted: ReadonlySet<string>,
  figures: Pick<MemoryFigures, 'otherMiB' | 'usableMiB'>,
): Omit<Curves, 'requestId'> {
  const otherMiB = figures.otherMiB ?? 0;
  const memory = { totalMiB: figures.usableMiB ?? Infinity, otherMiB };
  const points = runs
    .filter(({ run }) => run.settings.operation === operation && run.capMiB === null && run.marks.length === 0 && !contradicted.has(run.runId))
    .flatMap(({ run, imported }) => {
      const peakMiB = observationOf(run)?.reservedPeakMiB ?? null;
      if (peakMiB === null) return [];
      return [{ sizePx: sideOf(run.settings), batchSize: run.settings.batchSize, peakMiB: Math.round(peakMiB + otherMiB), ok: run.outcome === 'ok', imported }];
    });
  const topPx = points.length === 0 ? MOST_PX : Math.min(MOST_PX, Math.max(...points.map(({ sizePx }) => sizePx)) + 4 * STEP_PX);
  const smallestPx = Math.min(USUAL_LEAST_PX, ...points.map(({ sizePx }) => sizePx));
  const leastPx = Math.max(STEP_PX, Math.floor(smallestPx / STEP_PX) * STEP_PX);
  const sizesPx: number[] = [];
  for (let px = leastPx; px <= Math.max(topPx, leastPx + STEP_PX); px += STEP_PX) sizesPx.push(px);
  const mostBatch = Math.max(1, fit?.domain.maxBatchSize ?? 1, ...points.map(({ batchSize }) => batchSize));
  const batches = new Set([...BATCH_SIZES.filter((batch) => batch < mostBatch), mostBatch]);
  const lines = fit === null ? [] : [...batches].map((batchSize) => lineOf(fit, operation, batchSize, sizesPx, memory));
  return { type: 'curves', operation, sizesPx, lines, points, usableMiB: figures.usableMiB };
}

function lineOf(fit: Fit, operation: Operation, batchSize: number, sizesPx: readonly number[], memory: LiveMemory): Curves['lines'][number] {
  const estimates = sizesPx.map((px) => estimate(fit, squareOf(operation, batchSize, px), memory.totalMiB - memory.otherMiB));
  const requiredMiB = estimates.map((one) => (one.ok ? Math.round(one.required.valueMiB + memory.otherMiB) : null));
  const peakMiB = estimates.map((one) => (one.ok && one.required.valueMiB + memory.otherMiB <= memory.totalMiB ? peakOnDevice(one, memory).valueMiB : null));
  return { batchSize, requiredMiB, peakMiB };
}

/** Hires fix doubles the size, as it does unless a person changes it. */
function squareOf(operation: Operation, batchSize: number, px: number): GenerationSettings {
  if (operation === 'txt2img' || operation === 'img2img') return { operation, width: px, height: px, batchSize, hires: null };
  const hires = { width: px, height: px, uncroppedWidth: px, uncroppedHeight: px, upscaler: null };
  return { operation, width: px / 2, height: px / 2, batchSize, hires };
}

function sideOf(settings: GenerationSettings): number {
  return Math.round(Math.sqrt(outputAreaMpx(settings) * PX_PER_MPX));
}
