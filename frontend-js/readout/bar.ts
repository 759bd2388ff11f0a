/** The bar of a readout: shares of its width, from figures in MiB. Pure. */
import type { EstimateResult, IntervalMiB } from '../../service/protocol/estimate.ts';
import { isReached } from '../../service/words/verdict.ts';

/** All in 0 to 1 of the bar's width, from the left. */
export interface Whisker {
  at: number;
  low: number;
  high: number;
}

export interface Bar {
  others: number;
  /** Where the WebUI's part ends, its weights or what it has now; it begins where the others' ends. */
  webui: number;
  /** Where this picture's part ends; it begins where the WebUI's ends. */
  required: Whisker | null;
  /** Null too where nothing is known to come to more than is required. */
  peak: Whisker | null;
  /** What programs can have of the card, at EDGE. */
  edgeMiB: number;
}

/** Where the card ends, for whatever is shown: so a picture's part keeps its length while another comes to more. */
export const EDGE = 3 / 4;

/**
 * What is over the card's edge is drawn beyond it, ever closer the more it is: over by as much as the card has reaches
 * half of what is left.
 */
function shareOf(mib: number, edgeMiB: number): number {
  const cards = Math.max(0, mib) / edgeMiB;
  return cards <= 1 ? cards * EDGE : EDGE + (1 - EDGE) * (1 - 1 / cards);
}

/** Null where the total is not known: shares of nothing would mean nothing. */
export function barOf(result: EstimateResult): Bar | null {
  const estimated = result.status === 'estimated' ? result : null;
  const edgeMiB = estimated?.usableMiB ?? result.totalMiB;
  if (edgeMiB === null || edgeMiB <= 0) return null;
  const share = (mib: number) => shareOf(mib, edgeMiB);
  const whisker = (figure: IntervalMiB): Whisker => ({
    at: share(figure.valueMiB),
    low: share(figure.lowMiB),
    high: share(figure.highMiB),
  });
  const othersMiB = result.othersMiB ?? 0;
  const webuiMiB = othersMiB + (estimated?.weightsMiB ?? result.webuiMiB ?? 0);
  return {
    others: share(othersMiB),
    webui: share(webuiMiB),
    required: estimated === null ? null : whisker(estimated.required),
    peak: estimated !== null && isReached(estimated) ? whisker(estimated.peak) : null,
    edgeMiB,
  };
}
