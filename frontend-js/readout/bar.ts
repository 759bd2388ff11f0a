/** The bar of a readout: shares of its width, from figures in MiB. Pure. */
import type { EstimateResult, IntervalMiB } from '../../service/protocol/estimate.ts';

/** All in 0 to 1 of the bar's width, from the left. */
export interface Whisker {
  at: number;
  low: number;
  high: number;
}

export interface Bar {
  others: number;
  /** Where the WebUI's part ends; it begins where the others' ends. */
  webui: number;
  required: Whisker | null;
  peak: Whisker | null;
  /** Where the card ends: below 1 only where an estimate goes past it. */
  total: number;
}

/** The card's end never moves left of this, however absurd the estimate. */
const LEAST_TOTAL_SHARE = 2 / 3;

/** Null where the total is not known: shares of nothing would mean nothing. */
export function barOf(result: EstimateResult): Bar | null {
  const { totalMiB } = result;
  if (totalMiB === null || totalMiB <= 0) return null;
  const estimated = result.status === 'estimated' ? result : null;
  const topMiB = Math.max(totalMiB, estimated?.peak.highMiB ?? 0, estimated?.required.highMiB ?? 0);
  const fullMiB = Math.min(topMiB, totalMiB / LEAST_TOTAL_SHARE);
  const share = (mib: number) => Math.min(1, Math.max(0, mib / fullMiB));
  const whisker = (figure: IntervalMiB): Whisker => ({
    at: share(figure.valueMiB),
    low: share(figure.lowMiB),
    high: share(figure.highMiB),
  });
  const othersMiB = result.othersMiB ?? 0;
  return {
    others: share(othersMiB),
    webui: share(othersMiB + (result.webuiMiB ?? 0)),
    required: estimated === null ? null : whisker(estimated.required),
    peak: estimated === null ? null : whisker(estimated.peak),
    total: share(totalMiB),
  };
}
