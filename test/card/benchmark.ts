/** The benchmark as the tab's button starts it. */
import { endingInWords, refusalInWords } from '../../service/words/index.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { BenchmarkState } from '../../service/protocol/benchmark.ts';
import type { RunRow, ViewerState } from '../../service/protocol/viewer.ts';
import type { ViewerClient } from '../../tools/viewer-client.ts';
import type { Estimates } from './estimates.ts';

const START_LIMIT_MS = 60_000;
const RUN_LIMIT_MS = 30 * 60_000;
const SETTLE_LIMIT_MS = 10_000;
const ANSWER_LIMIT_MS = 15_000;

export interface BenchmarkFigures {
  runs: number;
  seconds: number;
  /** `figures`: it finished and settings get estimates; else the status that they get instead, or how it ended. */
  outcome: string;
  message: string;
  /** What the generations took by themselves. */
  generationSeconds: number;
  outOfMemory: number;
}

export async function until(
  viewer: ViewerClient,
  fits: (state: ViewerState) => boolean,
  limitMs: number,
): Promise<ViewerState> {
  const now = viewer.state();
  return now !== null && fits(now) ? now : await viewer.waitFor('state', fits, limitMs);
}

export async function runBenchmark(
  viewer: ViewerClient,
  estimates: Estimates,
  probe: GenerationSettings,
): Promise<BenchmarkFigures> {
  const { defaults } = await until(viewer, () => true, ANSWER_LIMIT_MS);
  const startedMs = performance.now();
  const started = waitForBenchmark(viewer, ({ state }) => state === 'running', START_LIMIT_MS);
  viewer.send({ type: 'benchmark-start', options: defaults });
  await started;
  const benchmark = await waitForBenchmark(viewer, ({ state }) => state === 'idle', RUN_LIMIT_MS);
  const seconds = (performance.now() - startedMs) / 1000;
  const last = benchmark.state === 'idle' ? benchmark.last : null;
  // Where nothing was learnt none comes, and the estimates say so.
  await until(viewer, ({ calibration }) => calibration.state !== 'none', SETTLE_LIMIT_MS).catch(() => null);
  const rows = (await askRuns(viewer)).filter(({ origin }) => origin === 'benchmark');
  const finished = last?.result === 'finished';
  const status = finished ? (await estimates.ask(probe)).status : null;
  return {
    runs: rows.length,
    seconds,
    outcome: status === 'estimated' ? 'figures' : (status ?? last?.result ?? 'unknown'),
    message: last === null ? '' : endingInWords(last.ending),
    generationSeconds: rows.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0) / 1000,
    outOfMemory: rows.filter(({ outcome }) => outcome === 'oom').length,
  };
}

/** It is told by messages of its own, and as a part of the whole state. */
function waitForBenchmark(
  viewer: ViewerClient,
  fits: (benchmark: BenchmarkState) => boolean,
  limitMs: number,
): Promise<BenchmarkState> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      stop();
      settle();
    };
    const timer = setTimeout(
      () => end(() => reject(new Error(`the benchmark did not get on within ${limitMs / 1000} s`))),
      limitMs,
    );
    const stop = viewer.onMessage((message) => {
      if (message.type === 'error') end(() => reject(new Error(`the benchmark: ${message.message}`)));
      if (message.type === 'refused') end(() => reject(new Error(`the benchmark: ${refusalInWords(message.refusal)}`)));
      if ((message.type === 'state' || message.type === 'benchmark') && fits(message.benchmark))
        end(() => resolve(message.benchmark));
    });
  });
}

async function askRuns(viewer: ViewerClient): Promise<readonly RunRow[]> {
  const requestId = 1;
  const answer = viewer.waitFor('runs', (message) => message.requestId === requestId, ANSWER_LIMIT_MS);
  viewer.send({ type: 'runs', requestId });
  return (await answer).rows;
}
