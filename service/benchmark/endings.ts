import type { BenchmarkState } from '../protocol/viewer.ts';
import type { Run } from '../recorder/run.ts';

/** How a benchmark ended, in the words that a person reads. */
export type Ending = NonNullable<Extract<BenchmarkState, { state: 'idle' }>['last']>;

const KEPT = 'What was measured is kept, and it can go on from there.';
const MOST_OF_AN_ERROR = 300;

function keptOf(done: readonly Run[]): string {
  return done.length === 0 ? '' : ` ${KEPT}`;
}

export const ENDINGS = {
  cancelled: { result: 'cancelled', message: `The benchmark was cancelled. ${KEPT}` },
  interrupted: { result: 'interrupted', message: `The WebUI's Interrupt stopped the benchmark. ${KEPT}` },
  hostGone: { result: 'interrupted', message: `The WebUI went away in mid-benchmark. ${KEPT}` },
  keyChanged: {
    result: 'failed',
    message:
      'The checkpoint or a setting that moves memory use changed in mid-benchmark, so it was stopped. The runs so far stay with the earlier set-up: change back to go on.',
  },
  lost: {
    result: 'interrupted',
    message:
      'Another WebUI that shares this data folder took the benchmark over or forgot its runs, so it was stopped here.',
  },
  tooLong: (limitMs: number) => ({
    result: 'failed',
    message: `A run did not end within ${Math.round(limitMs / 60_000)} minutes, so the benchmark was stopped. What was measured is kept; look at the WebUI's console, then resume.`,
  }),
  failedRuns: (count: number, error: string, done: readonly Run[]) => ({
    result: 'failed',
    message: `The WebUI could not generate, ${count} times in a row: ${error.slice(0, MOST_OF_AN_ERROR)}${keptOf(done)}`,
  }),
  refused: (message: string, done: readonly Run[]) => ({
    result: 'failed',
    message: `The WebUI could not run the benchmark: ${message}${keptOf(done)}`,
  }),
  /** `notes`: what the person asked for and did not get, a sentence each. */
  finished: (done: readonly Run[], notes: readonly string[]) => {
    const left = done.filter(({ marks }) => marks.length > 0).length;
    const leftOut =
      left === 0
        ? ''
        : ` ${left} of them ${left === 1 ? 'was' : 'were'} left out, because something else used the device meanwhile; the table of runs says which.`;
    const told = notes.map((note) => ` ${note}`).join('');
    return {
      result: 'finished',
      message: `The benchmark has finished: ${done.length} ${done.length === 1 ? 'run' : 'runs'}.${leftOut}${told}`,
    };
  },
} as const satisfies Record<string, Ending | ((...details: never[]) => Ending)>;
