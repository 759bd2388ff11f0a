/** What page and command line both have to say of an answer. */
import type { EstimateResult } from '../../../service/protocol/estimate.ts';

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;
type Other = Exclude<EstimateResult, Estimated>;

const MORE = { meanMiB: 921, sinceMs: Date.UTC(2026, 10, 21, 8, 1), ranOut: false, similar: null };
const LESS = { ...MORE, meanMiB: -300 };

/** An answer with this verdict. */
export function estimatedAs(verdict: Estimated['verdict'], over: Partial<Estimated> = {}): Estimated {
  const required =
    verdict === 'tight'
      ? { valueMiB: 8100, lowMiB: 7992, highMiB: 8300 }
      : { valueMiB: 5222, lowMiB: 5000, highMiB: 5500 };
  return {
    status: 'estimated',
    verdict,
    required,
    peak: { valueMiB: 6144, lowMiB: 5900, highMiB: 6500 },
    marginMiB: verdict === 'will-not-fit' ? -900 : 600,
    limitingPhase: 'decode',
    basis: 'inside',
    totalMiB: 8192,
    usableMiB: 8192,
    webuiMiB: 2048,
    othersMiB: 512,
    weightsMiB: 2048,
    largest: null,
    drift: null,
    notes: [],
    ...over,
  };
}

function without(status: Other['status']): Other {
  return { status, why: { code: 'benchmark-runs' }, totalMiB: 8192, webuiMiB: 2048, othersMiB: 512 };
}

export interface VerdictCase {
  readonly result: EstimateResult;
  /** In lower case: the page begins it with a capital. */
  readonly words: string;
  /** What is said beside it. */
  readonly besides: readonly string[];
}

export const VERDICT_CASES: readonly VerdictCase[] = [
  { result: estimatedAs('fits'), words: 'fits', besides: ['600 MiB to spare'] },
  {
    result: estimatedAs('fits', { drift: MORE }),
    words: 'probably fits',
    besides: ['lately 921 MiB more than estimated', '600 MiB'],
  },
  { result: estimatedAs('fits', { drift: LESS }), words: 'probably fits', besides: ['lately 300 MiB less', '600 MiB'] },
  { result: estimatedAs('tight'), words: 'tight', besides: ['108 MiB short to 200 MiB spare'] },
  {
    result: estimatedAs('tight', { required: { valueMiB: 7900, lowMiB: 7823, highMiB: 7991 }, usableMiB: 7978 }),
    words: 'tight',
    besides: ['13 MiB short to 155 MiB spare'],
  },
  {
    result: estimatedAs('tight', { required: { valueMiB: 8000, lowMiB: 7900, highMiB: 8100 } }),
    words: 'tight',
    besides: ['92 to 292 MiB to spare'],
  },
  {
    result: estimatedAs('tight', { required: { valueMiB: 8300, lowMiB: 8200, highMiB: 8400 } }),
    words: 'tight',
    besides: ['8 to 208 MiB short'],
  },
  { result: estimatedAs('tight', { drift: MORE }), words: 'tight', besides: ['lately 921 MiB more'] },
  {
    result: estimatedAs('will-not-fit', { largest: { width: 896, height: 640, hires: null } }),
    words: 'will not fit',
    besides: ['900 MiB', '896x640 fits'],
  },
  {
    result: estimatedAs('will-not-fit', { drift: MORE }),
    words: 'will not fit',
    besides: ['lately 921 MiB more', 'no size of this shape fits at this batch size'],
  },
  {
    result: {
      ...without('not-calibrated'),
      why: { code: 'finding', finding: { code: 'no-checkpoint' }, unsliceable: [] },
    },
    words: 'loading',
    besides: ['No checkpoint is loaded yet'],
  },
  { result: without('not-calibrated'), words: 'not calibrated', besides: ['The benchmark is running'] },
  { result: without('measuring'), words: 'measuring', besides: ['The benchmark is running'] },
  { result: without('adapts'), words: 'adapts to free memory', besides: ['The benchmark is running'] },
  { result: without('unsupported'), words: 'not supported', besides: ['The benchmark is running'] },
  { result: without('bad-settings'), words: 'check the settings', besides: ['The benchmark is running'] },
  { result: without('no-memory-source'), words: 'no reading', besides: ['The benchmark is running'] },
];
