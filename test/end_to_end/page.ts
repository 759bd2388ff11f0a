/** What a page of the WebUI would hear, and what a person would do there. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchmarkOptions, BenchmarkState } from '../../service/protocol/benchmark.ts';
import type { EstimateResult, RequestedSettings } from '../../service/protocol/estimate.ts';
import type { RunRow, ViewerState } from '../../service/protocol/viewer.ts';
import { connectViewer, type ViewerClient } from '../../tools/viewer-client.ts';
import { descendantsOf, isSidecar } from '../../tools/processes.ts';

export const LIMIT_MS = 120_000;
export const OPTIONS: BenchmarkOptions = { maxSizePx: 768, maxBatchSize: 4, operations: ['txt2img'], budget: 'quick' };
const PLAIN: RequestedSettings = { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null };

export type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

export interface Page extends ViewerClient {
  /** The state as soon as it is so, which may be now. */
  until(holds: (state: ViewerState) => boolean): Promise<ViewerState>;
  ready(): Promise<ViewerState>;
  estimate(changes?: Partial<RequestedSettings>): Promise<EstimateResult>;
  /** The same once a reading of the idle device was taken, as it is after a start. */
  estimated(changes?: Partial<RequestedSettings>): Promise<Estimated>;
  runs(): Promise<RunRow[]>;
  /** Until a benchmark has come to its run number `run`. */
  running(run: number): Promise<void>;
  /** Until no benchmark runs any more. */
  idle(): Promise<Extract<BenchmarkState, { state: 'idle' }>>;
}

export async function openPage(url: string, headers: Record<string, string> = {}): Promise<Page> {
  const client = await connectViewer(url, LIMIT_MS, headers);
  let requestId = 0;
  const until: Page['until'] = async (holds) => {
    const now = client.state();
    return now !== null && holds(now) ? now : client.waitFor('state', holds, LIMIT_MS);
  };
  const estimate: Page['estimate'] = async (changes = {}) => {
    requestId += 1;
    const id = requestId;
    const answer = client.waitFor('estimate', (message) => message.requestId === id, LIMIT_MS);
    client.send({ type: 'estimate', requestId: id, tab: 'txt2img', settings: { ...PLAIN, ...changes } });
    return (await answer).result;
  };
  return {
    ...client,
    until,
    ready: () =>
      until(({ source, environment, device }) => source.health === 'ok' && environment !== null && device !== null),
    estimate,
    estimated: async (changes) => {
      const sinceMs = performance.now();
      let result = await estimate(changes);
      while (result.status === 'no-memory-source' && performance.now() - sinceMs < LIMIT_MS) {
        await sleep(100);
        result = await estimate(changes);
      }
      if (result.status !== 'estimated') throw new Error(JSON.stringify(result));
      return result;
    },
    runs: async () => {
      const answer = client.waitFor('runs', () => true, LIMIT_MS);
      client.send({ type: 'runs', requestId: 0 });
      return (await answer).rows;
    },
    running: async (run) => {
      await client.waitFor(
        'benchmark',
        ({ benchmark }) => benchmark.state === 'running' && benchmark.run >= run,
        LIMIT_MS,
      );
    },
    idle: async () => {
      const { benchmark } = await until((state) => state.benchmark.state === 'idle');
      if (benchmark.state !== 'idle') throw new Error('a benchmark runs');
      return benchmark;
    },
  };
}

/** Kills the sidecar and waits for the next one. It is back so soon that a page may never be told that it was gone. */
export async function killSidecar(webuiPid: number): Promise<void> {
  const sidecarPid = async (): Promise<number | null> => (await descendantsOf(webuiPid)).find(isSidecar)?.pid ?? null;
  const killed = await sidecarPid();
  if (killed === null) throw new Error('there is no sidecar to kill');
  process.kill(killed, 'SIGKILL');
  for (let next = await sidecarPid(); next === null || next === killed; next = await sidecarPid()) await sleep(50);
}
