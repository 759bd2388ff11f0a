import { linearRegression } from 'simple-statistics';
import type { Backend } from '../protocol/host.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { BenchmarkOptions } from '../protocol/viewer.ts';
import type { Run } from '../recorder/run.ts';

/** Milliseconds of a run by its work, in megapixels times batch size over all passes: m x work + b. */
export interface TimeFit {
  readonly msPerMpx: number;
  readonly fixedMs: number;
}

/** Rough, for two sampling steps and a decode, until something was timed: a mid-range card, and a processor. */
const BEFORE_ANY_RUN: Readonly<Record<'card' | 'cpu', TimeFit>> = {
  card: { msPerMpx: 1_700, fixedMs: 1_500 },
  cpu: { msPerMpx: 60_000, fixedMs: 5_000 },
};
const PX_PER_MPX = 1_000_000;
/** Runs lie between the smallest and the largest; those under caps repeat settings in between. */
const TYPICAL_SHARE = 0.3;
const FEW_RUNS = 3;

/** What moves a run's time: pixels x batch size x passes. */
export function workMpxOf({ width, height, batchSize, hires }: GenerationSettings): number {
  return ((width * height + (hires === null ? 0 : hires.width * hires.height)) * batchSize) / PX_PER_MPX;
}

/** Least squares over the finished benchmark runs; null where there are too few of them. */
export function fitTime(runs: readonly Run[]): TimeFit | null {
  const points = runs.filter((run) => run.outcome === 'ok' && run.origin === 'benchmark').map((run) => [workMpxOf(run.settings), run.durationMs] as [number, number]);
  if (points.length < FEW_RUNS) return null;
  const meanMs = points.reduce((sum, [, ms]) => sum + ms, 0) / points.length;
  const works = new Set(points.map(([work]) => work));
  if (works.size < 2) return { msPerMpx: 0, fixedMs: meanMs };
  const { m, b } = linearRegression(points);
  // A slope against nature is noise; a negative fixed part would make small runs free.
  if (m <= 0) return { msPerMpx: 0, fixedMs: meanMs };
  return { msPerMpx: m, fixedMs: Math.max(0, b) };
}

export function guessTime(backend: Backend | null): TimeFit {
  return BEFORE_ANY_RUN[backend === 'cpu' ? 'cpu' : 'card'];
}

export function predictMs({ msPerMpx, fixedMs }: TimeFit, workMpx: number): number {
  return fixedMs + msPerMpx * workMpx;
}

/** The work of a run in the middle of a benchmark with these options. */
export function typicalWorkMpx({ maxSizePx, maxBatchSize }: BenchmarkOptions): number {
  return (TYPICAL_SHARE * maxSizePx ** 2 * maxBatchSize) / PX_PER_MPX;
}
