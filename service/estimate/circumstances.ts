/** Estimates as they are told: with what stands beside the fit at this moment. */
import type { Fit, Interval } from '../model/types.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { estimate, type EstimateResult } from './estimate.ts';
import type { LiveMemory } from './verdict.ts';

export interface Circumstances {
  /** `totalMiB` is what programs can have of the device. */
  readonly memory: LiveMemory;
  /** What the process holds and does not give back; null on a card. */
  readonly heldMiB: number | null;
  /** So far ordinary runs lie beside the fit lately, negative where they took less; null where they do not. */
  readonly driftMiB: number | null;
  /** What a failed generation left behind: the next may have that much less. */
  readonly leftMiB: number;
}

export function estimateNow(
  fit: Fit,
  settings: GenerationSettings,
  { memory, heldMiB, driftMiB, leftMiB }: Circumstances,
): EstimateResult {
  const result = estimate(fit, settings, memory.totalMiB - memory.otherMiB, heldMiB);
  if (!result.ok) return result;
  const drifted = driftMiB === null ? result : withDrift(result, driftMiB, Math.max(fit.staticMiB, heldMiB ?? 0));
  return reaching(drifted, leftMiB);
}

type Estimated = Extract<EstimateResult, { ok: true }>;

/**
 * Once ordinary runs have left the estimates, the intervals reach as far as they have. It is their peaks that were
 * seen, so that figure goes along.
 */
function withDrift(result: Estimated, driftMiB: number, leastMiB: number): Estimated {
  const reach = ({ valueMiB, lowMiB, highMiB }: Interval): Interval => ({
    valueMiB,
    lowMiB: Math.max(leastMiB, lowMiB + Math.min(0, driftMiB)),
    highMiB: highMiB + Math.max(0, driftMiB),
  });
  const peak = reach(result.peak);
  return {
    ...result,
    required: reach(result.required),
    peak: { ...peak, valueMiB: Math.max(result.required.valueMiB, peak.lowMiB, peak.valueMiB + driftMiB) },
  };
}

/** What is left behind may still be there when the next one needs it, or not. */
function reaching(result: Estimated, leftMiB: number): Estimated {
  const further = (interval: Interval): Interval => ({ ...interval, highMiB: interval.highMiB + leftMiB });
  return { ...result, required: further(result.required), peak: further(result.peak) };
}
