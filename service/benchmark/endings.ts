import type { RunProblem } from '../protocol/host.ts';
import type { BenchmarkState } from '../protocol/viewer.ts';
import type { Run } from '../recorder/run.ts';
import type { LeftOut } from './left-out.ts';
import type { NotReached } from './reach.ts';

/** `kept`: a run at least, so it can go on from there. */
export type Ending =
  | { readonly code: 'cancelled' | 'interrupted' | 'host-gone' | 'key-changed' | 'lost' }
  | { readonly code: 'too-long'; readonly limitMs: number }
  | { readonly code: 'failed-runs'; readonly count: number; readonly problem: RunProblem; readonly kept: boolean }
  | { readonly code: 'refused'; readonly problem: RunProblem; readonly kept: boolean }
  | {
      readonly code: 'finished';
      readonly runs: number;
      /** Of these, because something else used the device meanwhile. */
      readonly marked: number;
      /** What the person asked for and did not get. */
      readonly leftOut: readonly LeftOut[];
      readonly notReached: NotReached | null;
    };

type Result = NonNullable<Extract<BenchmarkState, { state: 'idle' }>['last']>['result'];

const RESULTS: Readonly<Record<Ending['code'], Result>> = {
  cancelled: 'cancelled',
  interrupted: 'interrupted',
  'host-gone': 'interrupted',
  'key-changed': 'failed',
  lost: 'interrupted',
  'too-long': 'failed',
  'failed-runs': 'failed',
  refused: 'failed',
  finished: 'finished',
};

export function resultOf({ code }: Ending): Result {
  return RESULTS[code];
}

export function finished(
  done: readonly Run[],
  leftOut: readonly LeftOut[],
  notReached: NotReached | null,
): Extract<Ending, { code: 'finished' }> {
  const marked = done.filter(({ marks }) => marks.length > 0).length;
  return { code: 'finished', runs: done.length, marked, leftOut, notReached };
}
