/** The main job without a browser: benchmark, fit, then fresh settings, estimated first and generated after. */
import { endingInWords, noEstimateInWords } from '../../service/words/index.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { BenchmarkOptions } from '../../service/protocol/benchmark.ts';
import type { ToViewerMessage } from '../../service/protocol/viewer.ts';
import type { StandIn } from '../stand-in.ts';
import { connectViewer, type ViewerClient } from '../viewer-client.ts';
import { generate } from './generate.ts';
import { randomFrom, randomSettings } from './settings.ts';

export interface Check {
  readonly settings: GenerationSettings;
  readonly requiredMiB: number;
  readonly peakMiB: number;
  readonly peakLowMiB: number;
  readonly peakHighMiB: number;
  /** Top of the simulated card during the run; of a run that ran out of memory it is a lower bound. */
  readonly measuredPeakMiB: number;
  readonly measuredOutcome: 'ok' | 'oom';
  readonly verdict: 'fits' | 'tight' | 'will-not-fit';
}

const CHECKS = 10;
const START_LIMIT_MS = 60_000;
export const BENCHMARK_LIMIT_MS = 15 * 60_000;
const ANSWER_LIMIT_MS = 10_000;
/** The first generation after a pause of this long finds the readings settled. */
const SETTLE_MS = 1500;

export async function runOnce(
  standIn: StandIn,
  { json, seed }: { json: boolean; seed: number },
  say: (text: string) => void,
): Promise<number> {
  const startedMs = performance.now();
  const viewer = await connectViewer(standIn.url, START_LIMIT_MS);
  try {
    const { runs, options } = await runBenchmark(viewer, {}, say);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    say(`ten fresh settings (seed ${seed}) ...`);
    const random = randomFrom(seed);
    const checks: Check[] = [];
    for (let i = 0; i < CHECKS; i += 1) {
      const check = await checkOne(viewer, standIn.url, randomSettings(random, options), i);
      checks.push(check);
      say(line(check));
    }
    const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
    if (json) process.stdout.write(`${JSON.stringify({ runs, seconds, checks })}\n`);
    else process.stdout.write(`${runs} runs, ${seconds} s\n${checks.map(line).join('\n')}\n`);
    return 0;
  } finally {
    viewer.close();
  }
}

/** Runs a benchmark as the page offers it, changed by `changes`, to its end. */
export async function runBenchmark(
  viewer: ViewerClient,
  changes: Partial<BenchmarkOptions>,
  say: (text: string) => void,
): Promise<{ runs: number; options: BenchmarkOptions }> {
  const options = { ...(await ready(viewer, say)), ...changes };
  return { options, runs: await benchmark(viewer, options, say) };
}

/** Waits until card and WebUI are known; the options are those that the page would offer. */
async function ready(viewer: ViewerClient, say: (text: string) => void): Promise<BenchmarkOptions> {
  const isReady = (state: Extract<ToViewerMessage, { type: 'state' }>): boolean =>
    state.source.health === 'ok' && state.environment !== null && state.device !== null;
  const now = viewer.state();
  const state = now !== null && isReady(now) ? now : await viewer.waitFor('state', isReady, START_LIMIT_MS);
  say(`found ${state.device?.name ?? '?'}, ${state.device?.totalMiB ?? '?'} MiB`);
  return state.defaults;
}

async function benchmark(
  viewer: ViewerClient,
  options: BenchmarkOptions,
  say: (text: string) => void,
): Promise<number> {
  let runs = 0;
  const stopListening = viewer.onMessage((message) => {
    if (message.type !== 'benchmark' || message.benchmark.state !== 'running' || message.benchmark.run === runs) return;
    const { run, runsPlanned, settings } = message.benchmark;
    runs = run;
    say(`run ${run} of ${runsPlanned}: ${settings === null ? '' : describe(settings)}`);
  });
  try {
    viewer.send({ type: 'benchmark-start', options });
    await viewer.waitFor('benchmark', (message) => message.benchmark.state === 'running', ANSWER_LIMIT_MS);
    const end = await viewer.waitFor('benchmark', (message) => message.benchmark.state === 'idle', BENCHMARK_LIMIT_MS);
    const last = end.benchmark.state === 'idle' ? end.benchmark.last : null;
    if (last?.result !== 'finished')
      throw new Error(
        `the benchmark did not finish: ${last === null ? 'no reason given' : endingInWords(last.ending)}`,
      );
    return runs;
  } finally {
    stopListening();
  }
}

async function checkOne(
  viewer: ViewerClient,
  webuiUrl: string,
  settings: GenerationSettings,
  requestId: number,
): Promise<Check> {
  viewer.send({ type: 'estimate', requestId, tab: settings.operation === 'img2img' ? 'img2img' : 'txt2img', settings });
  const { result } = await viewer.waitFor('estimate', (message) => message.requestId === requestId, ANSWER_LIMIT_MS);
  if (result.status !== 'estimated')
    throw new Error(`no estimate for ${describe(settings)}: ${noEstimateInWords(result.why)}`);
  const seen = await generate(webuiUrl, settings);
  return {
    settings,
    requiredMiB: Math.round(result.required.valueMiB),
    peakMiB: Math.round(result.peak.valueMiB),
    peakLowMiB: Math.round(result.peak.lowMiB),
    peakHighMiB: Math.round(result.peak.highMiB),
    measuredPeakMiB: Math.round(seen.devicePeakMiB),
    measuredOutcome: seen.outcome,
    verdict: result.verdict,
  };
}

function describe({ operation, width, height, batchSize, hires }: GenerationSettings): string {
  const target = hires === null ? '' : ` to ${hires.width}x${hires.height}`;
  return `${operation} ${width}x${height}${target}, batch size ${batchSize}`;
}

function line(check: Check): string {
  const { requiredMiB, peakMiB, peakLowMiB, peakHighMiB, measuredPeakMiB, measuredOutcome, verdict } = check;
  return `${describe(check.settings)}: required ${requiredMiB}, peak ${peakMiB} (${peakLowMiB} to ${peakHighMiB}) MiB, ${verdict}; measured ${measuredPeakMiB} MiB, ${measuredOutcome}`;
}
