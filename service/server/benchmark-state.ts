import type { BenchmarkProgress } from '../benchmark/conductor.ts';
import { resultOf } from '../benchmark/endings.ts';
import type { BenchmarkState } from '../protocol/benchmark.ts';

/** As pages are told. */
export function benchmarkState(progress: BenchmarkProgress): BenchmarkState {
  if (progress.state === 'running') return progress;
  const { last } = progress;
  return { ...progress, last: last === null ? null : { result: resultOf(last), ending: last } };
}
