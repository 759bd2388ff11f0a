/**
 * What a person is told of an answer, on the page, read aloud and in a terminal: decided here alone. Only types are
 * imported, for the page has this too.
 */
import type { EstimateResult } from '../protocol/viewer.ts';

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;
type Other = Exclude<EstimateResult, Estimated>;

export interface Headline {
  /** The verdict or the status, in the protocol's words; `drift` where lately estimates were off. */
  readonly state: Estimated['verdict'] | 'drift' | Other['status'];
  readonly tone: 'good' | 'close' | 'bad' | 'neutral';
  readonly words: string;
}

const VERDICTS: Readonly<Record<Estimated['verdict'], Pick<Headline, 'tone' | 'words'>>> = {
  fits: { tone: 'good', words: 'fits' },
  tight: { tone: 'close', words: 'tight' },
  'will-not-fit': { tone: 'bad', words: 'will not fit' },
};
/**
 * Lately images took another amount than was estimated: what still holds is said as less than certain, and never in
 * green.
 */
const FITS_IN_DRIFT: Pick<Headline, 'tone' | 'words'> = { tone: 'close', words: 'probably fits' };

const STATUSES: Readonly<Record<Other['status'], Pick<Headline, 'tone' | 'words'>>> = {
  'not-calibrated': { tone: 'neutral', words: 'not calibrated' },
  measuring: { tone: 'neutral', words: 'measuring' },
  adapts: { tone: 'neutral', words: 'adapts to free memory' },
  unsupported: { tone: 'neutral', words: 'not supported' },
  'bad-settings': { tone: 'close', words: 'check the settings' },
  'no-memory-source': { tone: 'neutral', words: 'no reading' },
};

export function headlineOfStatus(status: Other['status']): Headline {
  return { state: status, ...STATUSES[status] };
}

export function headlineOf(result: EstimateResult): Headline {
  if (result.status !== 'estimated') return headlineOfStatus(result.status);
  const { verdict, drift } = result;
  if (drift === null) return { state: verdict, ...VERDICTS[verdict] };
  return {
    state: verdict === 'will-not-fit' ? verdict : 'drift',
    ...(verdict === 'fits' ? FITS_IN_DRIFT : VERDICTS[verdict]),
  };
}

/**
 * What goes before the margin where lately images took another amount than was estimated; null where they did not.
 * Short enough for the head of the narrowest readout: it is never cut.
 * @param inUnits writes an amount of memory.
 */
export function latelyInWords({ drift }: Estimated, inUnits: (mib: number) => string): string | null {
  return drift === null ? null : `lately ${inUnits(Math.abs(drift.meanMiB))} ${drift.meanMiB < 0 ? 'less' : 'more'}`;
}

/** What would fit instead; null where that is not asked. */
export function largestInWords({ verdict, largest }: Estimated): string | null {
  if (verdict !== 'will-not-fit') return null;
  return largest === null
    ? 'no size of this shape and batch size fits'
    : `largest that fits: ${largest.width}x${largest.height}`;
}
