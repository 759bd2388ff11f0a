/** What a verdict is called and how it looks, on the page, read aloud and in a terminal: decided here alone. */
import type { EstimateResult } from '../protocol/estimate.ts';
import { VERDICT_NAMES } from './index.ts';

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;
type Other = Exclude<EstimateResult, Estimated>;

export interface Headline {
  /**
   * The verdict or the status, in the protocol's words; `drift` where lately estimates were off, `leak` where less is
   * left after each run, `loading` where an estimate waits for the checkpoint alone.
   */
  readonly state: Estimated['verdict'] | 'drift' | 'leak' | 'loading' | Other['status'];
  readonly tone: 'good' | 'close' | 'bad' | 'neutral';
  readonly words: string;
}

export const VERDICT_TONES: Readonly<Record<Estimated['verdict'], Headline['tone']>> = {
  fits: 'good',
  tight: 'close',
  'will-not-fit': 'bad',
};

export function headlineOfStatus(status: Other['status'] | 'loading'): Headline {
  return { state: status, tone: status === 'bad-settings' ? 'close' : 'neutral', words: VERDICT_NAMES[status] };
}

/**
 * Where lately images took another amount than was estimated, or the WebUI holds more after each run, what still holds
 * is said as less than certain, and never in green.
 */
export function headlineOf(result: EstimateResult, leaks = false): Headline {
  if (result.status !== 'estimated') return headlineOfStatus(isLoading(result) ? 'loading' : result.status);
  const { verdict, drift } = result;
  if (verdict === 'will-not-fit' || (drift === null && !leaks))
    return { state: verdict, tone: VERDICT_TONES[verdict], words: VERDICT_NAMES[verdict] };
  const less = drift === null ? 'fits-for-now' : 'probably-fits';
  return {
    state: drift === null ? 'leak' : 'drift',
    tone: 'close',
    words: VERDICT_NAMES[verdict === 'fits' ? less : verdict],
  };
}

function isLoading({ why }: Other): boolean {
  return why.code === 'finding' && why.finding.code === 'no-checkpoint';
}

/** What will not run here ends before it peaks: a person is told no peak of it, which is that of another card. */
export function isReached({ verdict }: Pick<Estimated, 'verdict'>): boolean {
  return verdict !== 'will-not-fit';
}
