import type { BenchmarkProgress } from '../benchmark/conductor.ts';
import { resultOf } from '../benchmark/endings.ts';
import type { BenchmarkState } from '../protocol/viewer.ts';
import { doingInWords, endingInWords } from '../words/en/benchmark.ts';

/** As pages are told. */
export function benchmarkState(progress: BenchmarkProgress): BenchmarkState {
  if (progress.state === 'idle') {
    const { last } = progress;
    return { ...progress, last: last === null ? null : { result: resultOf(last), message: endingInWords(last) } };
  }
  const { doing, ...running } = progress;
  return { ...running, message: doingInWords(doing) };
}
