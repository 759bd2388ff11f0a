/** Estimates against the truth: errors as shares of it, and verdicts. */
import { mean, quantileSorted } from 'simple-statistics';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { EstimateResult, IntervalMiB } from '../../service/protocol/estimate.ts';
import type { Outcome } from './webui-api.ts';

export interface Case {
  set: 'random' | 'near-edge';
  settings: GenerationSettings;
  /** Asked after the benchmark, before anything else ran. */
  estimate: EstimateResult;
  /** On the card as it is. */
  outcome: Outcome;
  peakMiB: number | null;
  /** The least device that it runs on; null where that is far beyond the card. */
  needMiB: number | null;
}

/** Shares of the truth; null where there is nothing to compare. `inside`: how often the truth lies in the interval. */
export interface Errors {
  n: number;
  mean: number | null;
  p95: number | null;
  max: number | null;
  inside: number | null;
  /** Half of the interval's width, as a share of the estimate, on average. */
  halfWidth: number | null;
}

export interface Verdicts {
  fitsButFailed: number;
  failsButRan: number;
  tight: number;
  /** Settings with a verdict. */
  n: number;
  /** Settings that got none. */
  unanswered: number;
}

export interface Scores {
  required: Errors;
  peak: Errors;
  verdicts: Verdicts;
}

export function scoresOf(cases: readonly Case[]): Scores {
  return {
    required: errorsOf(
      cases,
      ({ required }) => required,
      ({ needMiB }) => needMiB,
    ),
    peak: errorsOf(
      cases,
      ({ peak }) => peak,
      ({ peakMiB }) => peakMiB,
    ),
    verdicts: verdictsOf(cases),
  };
}

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

function errorsOf(
  cases: readonly Case[],
  estimateOf: (estimate: Estimated) => IntervalMiB,
  truthOf: (one: Case) => number | null,
): Errors {
  const pairs = cases.flatMap((one) => {
    const truthMiB = truthOf(one);
    return one.estimate.status === 'estimated' && truthMiB !== null ? [{ ...estimateOf(one.estimate), truthMiB }] : [];
  });
  if (pairs.length === 0) return { n: 0, mean: null, p95: null, max: null, inside: null, halfWidth: null };
  const shares = pairs.map(({ valueMiB, truthMiB }) => Math.abs(valueMiB / truthMiB - 1)).sort((a, b) => a - b);
  return {
    n: pairs.length,
    mean: mean(shares),
    p95: quantileSorted(shares, 0.95),
    max: shares.at(-1) ?? null,
    inside: mean(pairs.map(({ lowMiB, highMiB, truthMiB }) => (lowMiB <= truthMiB && truthMiB <= highMiB ? 1 : 0))),
    halfWidth: mean(pairs.map(({ lowMiB, highMiB, valueMiB }) => (highMiB - lowMiB) / 2 / valueMiB)),
  };
}

function verdictsOf(cases: readonly Case[]): Verdicts {
  const answered = cases.flatMap(({ estimate, outcome }) =>
    estimate.status === 'estimated' ? [{ verdict: estimate.verdict, outcome }] : [],
  );
  const count = (verdict: Estimated['verdict'], outcome: Outcome) =>
    answered.filter((one) => one.verdict === verdict && one.outcome === outcome).length;
  return {
    fitsButFailed: count('fits', 'oom'),
    failsButRan: count('will-not-fit', 'ok'),
    tight: count('tight', 'ok') + count('tight', 'oom'),
    n: answered.length,
    unanswered: cases.length - answered.length,
  };
}
