import type { BenchmarkState, Ending, LeftOut, NotReached } from '../protocol/benchmark.ts';
import type { Run } from '../recorder/run.ts';

type Result = NonNullable<Extract<BenchmarkState, { state: 'idle' }>['last']>['result'];

const RESULTS: Readonly<Record<Ending['code'], Result>> = {
  cancelled: 'cancelled',
  interrupted: 'interrupted',
  'host-gone': 'interrupted',
  'key-changed': 'failed',
  lost: 'interrupted',
  'cut-off': 'interrupted',
  'too-long': 'failed',
  'failed-runs': 'failed',
  refused: 'failed',
  finished: 'finished',
};

export function resultOf({ code }: Ending): Result {
  return RESULTS[code];
}

type Finished = Extract<Ending, { code: 'finished' }>;

export function finished(
  why: Finished['why'],
  done: readonly Run[],
  leftOut: readonly LeftOut[],
  notReached: NotReached | null,
): Finished {
  const marked = done.filter(({ marks }) => marks.length > 0).length;
  return { code: 'finished', why, runs: done.length, marked, leftOut, notReached };
}
