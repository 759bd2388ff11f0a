/** What a verdict is called and how it looks, on the page, read aloud and in a terminal: decided here alone. */
import type { EstimateResult } from '../protocol/estimate.ts';
import { VERDICT_NAMES } from './index.ts';

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;
type Other = Exclude<EstimateResult, Estimated>;

export interface Headline {
  /** The verdict or the status, in the protocol's words; `drift` where lately estimates were off. */
  readonly state: Estimated['verdict'] | 'drift' | Other['status'];
  readonly tone: 'good' | 'close' | 'bad' | 'neutral';
  readonly words: string;
}

export const VERDICT_TONES: Readonly<Record<Estimated['verdict'], Headline['tone']>> = {
  fits: 'good',
  tight: 'close',
  'will-not-fit': 'bad',
};

export function headlineOfStatus(status: Other['status']): Headline {
  return { state: status, tone: status === 'bad-settings' ? 'close' : 'neutral', words: VERDICT_NAMES[status] };
}

/**
 * Where lately images took another amount than was estimated, what still holds is said as less than certain, and never
 * in green.
 */
export function headlineOf(result: EstimateResult): Headline {
  if (result.status !== 'estimated') return headlineOfStatus(result.status);
  const { verdict, drift } = result;
  const words = VERDICT_NAMES[drift !== null && verdict === 'fits' ? 'probably-fits' : verdict];
  if (drift === null || verdict === 'will-not-fit') return { state: verdict, tone: VERDICT_TONES[verdict], words };
  return { state: 'drift', tone: 'close', words };
}
