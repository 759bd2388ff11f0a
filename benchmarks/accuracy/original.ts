import { Matrix, SVD } from 'ml-matrix';
import type { GenerationSettings, Operation } from '../../service/protocol/settings.ts';
import type { TableRow } from './table.ts';

const LEAST_SIZE_PX = 256;
const STEP_PX = 64;
const BUFFER = 1.1;

/** The published method of the extension that people use today, by which ours is measured. */
export interface OriginalMethod {
  readonly runs: number;
  /** Peak in MiB, the weights included; null where it has no curve for the operation. */
  readonly peakMiB: (settings: GenerationSettings) => number | null;
  /** What it holds against the card: its reserved estimate times 1.1, plus what is there at idle. */
  readonly bufferedMiB: (settings: GenerationSettings) => number | null;
}

interface Curve {
  readonly estimateMiB: (sizePx: number, batchSize: number) => number;
}

/**
 * Fits, for each operation, reserved memory over the square root of the final area x: a cubic in x for each batch size
 * that was run, and for the others the cubic in x and batch size of all. Its grid is every square size from 256 in
 * steps of 64 at every batch size, hires from half the size; it is given all of the grid that the table has. Source:
 * space-nuko/a1111-stable-diffusion-webui-vram-estimator, scripts/vram_estimator.py (VRAMCurve, run_benchmark,
 * make_span).
 */
export function originalMethod(
  table: readonly TableRow[],
  staticMiB: number,
  maxSizePx: number,
  maxBatchSize: number,
): OriginalMethod {
  const grid = table.filter((row) => isOnGrid(row.settings, maxSizePx, maxBatchSize));
  const curves = new Map<Operation, Curve>();
  for (const operation of new Set(grid.map((row) => row.settings.operation))) {
    curves.set(
      operation,
      curveOf(
        grid.filter((row) => row.settings.operation === operation),
        staticMiB,
      ),
    );
  }
  const reservedMiB = (settings: GenerationSettings): number | null =>
    curves.get(settings.operation)?.estimateMiB(finalSizePx(settings), settings.batchSize) ?? null;
  const totalMiB = (settings: GenerationSettings, factor: number): number | null => {
    const estimate = reservedMiB(settings);
    return estimate === null ? null : staticMiB + estimate * factor;
  };
  return {
    runs: grid.length,
    peakMiB: (settings) => totalMiB(settings, 1),
    bufferedMiB: (settings) => totalMiB(settings, BUFFER),
  };
}

/** Runs that its own benchmark makes at these settings. */
export function originalRuns(maxSizePx: number, maxBatchSize: number): number {
  return 4 * maxBatchSize * (Math.floor((maxSizePx - LEAST_SIZE_PX) / STEP_PX) + 1);
}

function isOnGrid(settings: GenerationSettings, maxSizePx: number, maxBatchSize: number): boolean {
  const final = settings.hires ?? settings;
  const square = settings.width === settings.height && final.width === final.height;
  const onStep = final.width % STEP_PX === 0 && final.width >= LEAST_SIZE_PX && final.width <= maxSizePx;
  return (
    square &&
    onStep &&
    settings.batchSize <= maxBatchSize &&
    (settings.hires === null || settings.width * 2 === final.width)
  );
}

function finalSizePx(settings: GenerationSettings): number {
  const final = settings.hires ?? settings;
  return Math.sqrt(final.width * final.height);
}

function curveOf(rows: readonly TableRow[], staticMiB: number): Curve {
  const byBatch = new Map<number, TableRow[]>();
  for (const row of rows) byBatch.set(row.settings.batchSize, [...(byBatch.get(row.settings.batchSize) ?? []), row]);
  const target = (row: TableRow): number => row.reservedMiB - staticMiB;
  const cubics = new Map<number, readonly number[]>();
  for (const [batchSize, own] of byBatch)
    cubics.set(
      batchSize,
      leastSquares(
        own.map((row) => cubicRow(finalSizePx(row.settings))),
        own.map(target),
      ),
    );
  const surface = leastSquares(
    rows.map((row) => surfaceRow(finalSizePx(row.settings), row.settings.batchSize)),
    rows.map(target),
  );
  return {
    estimateMiB: (sizePx, batchSize) => {
      const cubic = cubics.get(batchSize);
      return cubic === undefined ? dot(surfaceRow(sizePx, batchSize), surface) : dot(cubicRow(sizePx), cubic);
    },
  };
}

/** Sizes in kilopixels keep the powers of one order; the curve is the same. */
const KILO = 1000;

function cubicRow(sizePx: number): number[] {
  const x = sizePx / KILO;
  return [1, x, x ** 2, x ** 3];
}

function surfaceRow(sizePx: number, y: number): number[] {
  const x = sizePx / KILO;
  return [1, x, y, x ** 2, x * y, y ** 2, x ** 3, x ** 2 * y, x * y ** 2, y ** 3];
}

function leastSquares(rows: readonly number[][], target: readonly number[]): number[] {
  return new SVD(new Matrix(rows), { autoTranspose: true }).solve(Matrix.columnVector(target)).to1DArray();
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
