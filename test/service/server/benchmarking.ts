/** A benchmark in the rig: started by its viewer, run by its fake host, in time that only tests move. */
import type { BenchmarkOptions, BenchmarkState } from '../../../service/protocol/benchmark.ts';
import type { Rig } from './rig.ts';

export const OPTIONS: BenchmarkOptions = {
  maxSizePx: 1024,
  maxBatchSize: 4,
  operations: ['txt2img', 'img2img', 'hires_latent', 'hires_image'],
  budget: 'quick',
};
export const SETTINGS = { operation: 'txt2img', width: 768, height: 768, batchSize: 1, hires: null };

export function benchmarkOf(rig: Rig): BenchmarkState {
  return rig.viewer.last('state')?.['benchmark'] as BenchmarkState;
}

export async function untilBenchmarkEnds(rig: Rig, limitMs = 300_000): Promise<void> {
  for (let spentMs = 0; spentMs < limitMs; spentMs += 500) {
    await rig.clock.advance(500);
    if (benchmarkOf(rig).state === 'idle') return;
  }
  throw new Error('the benchmark did not end');
}

export async function askFor(rig: Rig, settings: object): Promise<Record<string, unknown>> {
  rig.viewer.say({ type: 'estimate', requestId: 1, tab: 'txt2img', settings });
  await rig.clock.advance(0);
  return rig.viewer.last('estimate')?.['result'] as Record<string, unknown>;
}
