import { linearRegression, median } from 'simple-statistics';
import type { Backend } from '../protocol/host.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { BenchmarkOptions } from '../protocol/benchmark.ts';
import type { Run } from '../recorder/run.ts';

/** Milliseconds of a run by its work, in megapixels times batch size over all passes: m x work + b. */
export interface TimeFit {
  readonly msPerMpx: number;
  readonly fixedMs: number;
}

/**
 * Rough, for two sampling steps and a decode: a mid-range card, and a processor. Bounds how long a run is waited for;
 * people are told what was timed.
 */
const BEFORE_ANY_RUN: Readonly<Record<'card' | 'cpu', TimeFit>> = {
  card: { msPerMpx: 1_700, fixedMs: 1_500 },
  cpu: { msPerMpx: 60_000, fixedMs: 5_000 },
};
/** Here an Mpx is a million pixels, not the 1024 x 1024 of the areas in the fit. */
const PX_PER_MEGAPIXEL = 1_000_000;
/** Runs lie between the smallest and the largest, those under caps too, and hires fix makes two passes. */
const TYPICAL_SHARE = 0.5;
const FEW_RUNS = 3;
/** A longer gap between two runs was a pause. */
const LONGEST_GAP_MS = 60_000;

/** What moves a run's time: pixels x batch size x passes. */
export function workMpxOf({ width, height, batchSize, hires }: GenerationSettings): number {
  return ((width * height + (hires === null ? 0 : hires.width * hires.height)) * batchSize) / PX_PER_MEGAPIXEL;
}

/** Least squares over the finished benchmark runs; null where there are too few of them. */
export function fitTime(runs: readonly Run[]): TimeFit | null {
  const points = runs.filter(isTimed).map((run) => [workMpxOf(run.settings), run.durationMs] as [number, number]);
  if (points.length < FEW_RUNS) return null;
  const meanMs = points.reduce((sum, [, ms]) => sum + ms, 0) / points.length;
  const works = new Set(points.map(([work]) => work));
  if (works.size < 2) return { msPerMpx: 0, fixedMs: meanMs };
  const { m, b } = linearRegression(points);
  // A slope against nature is noise; a negative fixed part would make small runs free.
  if (m <= 0) return { msPerMpx: 0, fixedMs: meanMs };
  return { msPerMpx: m, fixedMs: Math.max(0, b) };
}

/**
 * As people are told it. One or two runs tell no line: then it is the guess, as many times faster or slower as they
 * were. Null where nothing was timed: devices differ a hundredfold, so a guess alone says nothing.
 */
export function timedFit(runs: readonly Run[], guess: TimeFit): TimeFit | null {
  const timed = runs.filter(isTimed);
  if (timed.length === 0 || timed.length >= FEW_RUNS) return fitTime(runs);
  const guessedMs = timed.reduce((sum, { settings }) => sum + predictMs(guess, workMpxOf(settings)), 0);
  const times = timed.reduce((sum, { durationMs }) => sum + durationMs, 0) / guessedMs;
  return { msPerMpx: guess.msPerMpx * times, fixedMs: guess.fixedMs * times };
}

function isTimed({ outcome, origin }: Run): boolean {
  return outcome === 'ok' && origin === 'benchmark';
}

/**
 * What a run costs beyond its own time (waiting for the WebUI, for the memory to settle): usual gap between two of one
 * benchmark; 0 where there are none.
 */
export function gapMsOf(runs: readonly Run[]): number {
  const gapsMs = runs.flatMap((run, index) => {
    const before = runs[index - 1];
    if (before === undefined || run.sessionId === null || before.sessionId !== run.sessionId) return [];
    const gapMs = run.startedAtMs - before.startedAtMs - before.durationMs;
    return gapMs >= 0 && gapMs <= LONGEST_GAP_MS ? [gapMs] : [];
  });
  return gapsMs.length === 0 ? 0 : median(gapsMs);
}

export function guessTime(backend: Backend | null): TimeFit {
  return BEFORE_ANY_RUN[backend === 'cpu' ? 'cpu' : 'card'];
}

export function predictMs({ msPerMpx, fixedMs }: TimeFit, workMpx: number): number {
  return fixedMs + msPerMpx * workMpx;
}

/** The work of a run in the middle of a benchmark with these options. */
export function typicalWorkMpx({ maxSizePx, maxBatchSize }: BenchmarkOptions): number {
  return (TYPICAL_SHARE * maxSizePx ** 2 * maxBatchSize) / PX_PER_MEGAPIXEL;
}
