/**
 * Part 2: the default benchmark exactly as the sidecar plans it, then random settings, each estimated before it is run.
 */
import { endingInWords } from '../../../service/words/index.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import type { RunRow, ViewerState } from '../../../service/protocol/viewer.ts';
import { OPERATIONS } from '../../../service/protocol/settings.ts';
import type { Estimated } from '../records.ts';
import { startTrace } from '../trace.ts';
import { boundsOf, testSettings, watchedRun, type Ending, type Work } from './part.ts';

/** As fast as our sampler goes in a benchmark. */
const INTERVAL_MS = 100;
const ANSWER_LIMIT_MS = 15_000;
const BENCHMARK_POLL_MS = 1_000;

export async function generations(work: Work): Promise<Ending> {
  if (work.records.all('benchmark-done').length === 0 && (await benchmark(work)) === 'out-of-time')
    return 'out-of-time';
  return tests(work);
}

async function benchmark(work: Work): Promise<Ending> {
  const { rig, records, say } = work;
  const startedMs = performance.now();
  const { benchmark: before } = await rig.until(({ benchmark: now }) => now.state === 'idle', ANSWER_LIMIT_MS);
  const resumable = before.state === 'idle' && before.resumable !== null;
  if (resumable) rig.viewer.send({ type: 'benchmark-resume' });
  else
    rig.viewer.send({
      type: 'benchmark-start',
      options: { ...boundsOf(work), operations: [...OPERATIONS], budget: 'default' },
    });
  await rig.until(isRunning, ANSWER_LIMIT_MS);
  const end = await untilIdle(work);
  const last = end.benchmark.state === 'idle' ? end.benchmark.last : null;
  const message = last === null ? '' : endingInWords(last.ending);
  say(`benchmark: ${message}`);
  if (last?.result !== 'finished') {
    if (work.isLate()) return 'out-of-time';
    throw new Error(`the benchmark did not finish: ${message}`);
  }
  const minutes = Math.round((performance.now() - startedMs) / 600) / 100;
  records.add({ kind: 'benchmark-done', message, minutes, rows: await benchmarkRows(work) });
  return 'done';
}

/** Oldest first. */
async function benchmarkRows({ rig }: Work): Promise<RunRow[]> {
  const answered = rig.viewer.waitFor('runs', () => true, ANSWER_LIMIT_MS);
  rig.viewer.send({ type: 'runs', requestId: 0 });
  return (await answered).rows.filter(({ origin }) => origin === 'benchmark').reverse();
}

async function untilIdle({ rig, isLate, say }: Work): Promise<ViewerState> {
  let run = -1;
  let cancelled = false;
  for (;;) {
    const state = rig.viewer.state();
    if (state?.benchmark.state === 'idle') return state;
    if (state?.benchmark.state === 'running' && state.benchmark.run !== run) {
      run = state.benchmark.run;
      say(`benchmark: run ${run} of ${state.benchmark.runsPlanned}`);
    }
    if (isLate() && !cancelled) {
      cancelled = true;
      rig.viewer.send({ type: 'benchmark-cancel' });
    }
    await new Promise((resolve) => setTimeout(resolve, BENCHMARK_POLL_MS));
  }
}

function isRunning(state: ViewerState): boolean {
  return state.benchmark.state === 'running';
}

async function tests(work: Work): Promise<Ending> {
  const { rig, records, say } = work;
  const { device } = rig.capture.ready;
  const trace = await startTrace(device, rig.capture.pid, INTERVAL_MS);
  try {
    for (const { item, settings } of testSettings(work)) {
      if (records.has('run', item)) continue;
      if (work.isLate()) return 'out-of-time';
      const estimated = await estimateOf(work, settings);
      const record = await watchedRun(work, trace, INTERVAL_MS, 'generations', item, settings, estimated);
      records.add(record);
      say(
        `${item}: ${settings.operation} ${settings.width}x${settings.height} x${settings.batchSize}: ${record.told.outcome}, peak ${record.told.torch?.reservedPeakMiB ?? record.seen?.peakMiB ?? '?'} MiB`,
      );
    }
    return 'done';
  } finally {
    await trace.stop();
  }
}

let requestId = 0;

/** What a page is told; null where there is no estimate within the time limit. */
async function estimateOf({ rig }: Work, settings: GenerationSettings): Promise<Estimated | null> {
  requestId += 1;
  const asked = requestId;
  const tab = settings.operation === 'img2img' ? 'img2img' : 'txt2img';
  // While a reading of the idle device is still to come the answer is another; the sidecar sends the next by itself.
  const answered = rig.viewer.waitFor(
    'estimate',
    (message) => message.requestId === asked && message.result.status === 'estimated',
    ANSWER_LIMIT_MS,
  );
  rig.viewer.send({ type: 'estimate', requestId: asked, tab, settings });
  try {
    const { result } = await answered;
    if (result.status !== 'estimated') return null;
    return { verdict: result.verdict, required: result.required, peak: result.peak, basis: result.basis };
  } catch {
    return null;
  }
}
