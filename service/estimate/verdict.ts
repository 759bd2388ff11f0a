import type { EstimateMiB } from './estimate.ts';

/** The device at this moment. */
export interface LiveMemory {
  /** What programs can have of it. */
  readonly usableMiB: number;
  /** All on the device that is not torch's: other processes, the context, the driver. */
  readonly otherMiB: number;
}

export type Verdict = 'fits' | 'tight' | 'will-not-fit';

export interface VerdictResult {
  readonly verdict: Verdict;
  /**
   * Where it fits, what is left over after the upper bound; otherwise what is available less the estimate (negative =
   * missing).
   */
  readonly marginMiB: number;
  readonly availableMiB: number;
  /** Why it is tight; null where it is not. */
  readonly reason: 'interval-straddles-the-edge' | 'slices-may-not-fit' | 'add-on-not-counted' | null;
}

/** Whether a generation will run: by `required`, never by the peak, which the allocator's cache swells. */
export function verdict(estimate: EstimateMiB, live: LiveMemory): VerdictResult {
  const availableMiB = live.usableMiB - live.otherMiB;
  const { required } = estimate;
  const fits = required.highMiB <= availableMiB;
  const marginMiB = availableMiB - (fits ? required.highMiB : required.valueMiB);
  const answer = (verdictIs: Verdict, reason: VerdictResult['reason']): VerdictResult => ({
    verdict: verdictIs,
    marginMiB,
    availableMiB,
    reason,
  });
  if (fits) {
    if (estimate.warnings.some(({ code }) => code === 'slices-may-not-fit'))
      return answer('tight', 'slices-may-not-fit');
    return mostRequiredMiB(estimate) <= availableMiB ? answer('fits', null) : answer('tight', 'add-on-not-counted');
  }
  if (required.lowMiB <= availableMiB) return answer('tight', 'interval-straddles-the-edge');
  return takesLess(estimate) ? answer('tight', 'add-on-not-counted') : answer('will-not-fit', null);
}

/** With what add-ons usually take that are not in the figures. */
export function mostRequiredMiB({ required, addOns = [] }: EstimateMiB): number {
  const uncountedMiB = addOns.reduce(
    (sum, { counted, usual }) => sum + (counted === null ? (usual?.highMiB ?? 0) : 0),
    0,
  );
  return required.highMiB + uncountedMiB;
}

function takesLess({ addOns = [] }: EstimateMiB): boolean {
  return addOns.some(({ counted, usual }) => counted === null && usual?.takesLess === true);
}
