/** Estimates as they are told: with what stands beside the fit at this moment. */
import type { Fit, Interval } from '../model/types.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { AddOns } from './add-ons.ts';
import { countedMiB, withAddOns } from './added.ts';
import { withinKnown } from './bounds.ts';
import { withFirstPicture, type ToLoad } from './first-picture.ts';
import { estimate, type Asked, type EstimateMiB, type EstimateResult } from './estimate.ts';
import type { LiveMemory } from './verdict.ts';

export interface Circumstances {
  readonly memory: LiveMemory;
  /** What the process holds and does not give back; null on a card where all networks are there all the time. */
  readonly heldMiB: number | null;
  /** So far ordinary runs lie beside the fit lately, negative where they took less; null where they do not. */
  readonly driftMiB: number | null;
  /** What a failed generation left behind: the next may have that much less. */
  readonly leftMiB: number;
  /** What CUDA loads with the first picture of the process; null where that has been made, and where nothing comes so. */
  readonly toLoad: ToLoad | null;
  /** What is switched on beside the sliders; null where nothing is. */
  readonly addOns: AddOns | null;
}

export function estimateNow(
  fit: Fit,
  settings: GenerationSettings,
  now: Circumstances,
  asked: Asked = 'all',
): EstimateResult {
  const { memory, heldMiB, toLoad } = now;
  const roomMiB = memory.usableMiB - memory.otherMiB - (toLoad?.valueMiB ?? 0);
  const result = estimate(fit, settings, roomMiB, heldMiB, asked);
  return result.ok ? withFirstPicture(asItStands(result, fit, settings, now), toLoad) : result;
}

function asItStands(
  result: EstimateMiB,
  fit: Fit,
  settings: GenerationSettings,
  { heldMiB, driftMiB, leftMiB, addOns }: Circumstances,
): EstimateMiB {
  const leastMiB = Math.max(fit.staticMiB, heldMiB ?? 0);
  const drifted = driftMiB === null ? result : withDrift(result, driftMiB, leastMiB);
  if (addOns === null) return reaching(drifted, leftMiB);
  const added = heldToFailures(withAddOns(drifted, settings, addOns.parts, leastMiB), settings, fit, addOns);
  // Networks that an add-on keeps on the card are in what it adds already.
  return reaching(added, addOns.keepTheirOwn ? Math.max(0, leftMiB - countedMiB(added)) : leftMiB);
}

/** Settings that ran out of memory with these add-ons, and larger ones, need more than there was. */
function heldToFailures(
  estimated: EstimateMiB,
  settings: GenerationSettings,
  fit: Fit,
  { parts }: AddOns,
): EstimateMiB {
  const failures = parts.flatMap((part) => part.failures);
  if (failures.length === 0) return estimated;
  const modelMiB = (of: GenerationSettings): number => {
    const without = estimate(fit, of);
    return without.ok ? withAddOns(without, of, parts, fit.staticMiB).required.valueMiB : 0;
  };
  const known = { failures, successes: [] };
  return { ...estimated, required: withinKnown(estimated.required, settings, known, fit.staticMiB, modelMiB) };
}

/**
 * Once ordinary runs have left the estimates, the intervals reach as far as they have. It is their peaks that were
 * seen, so that figure goes along.
 */
function withDrift(result: EstimateMiB, driftMiB: number, leastMiB: number): EstimateMiB {
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
function reaching(result: EstimateMiB, leftMiB: number): EstimateMiB {
  const further = (interval: Interval): Interval => ({ ...interval, highMiB: interval.highMiB + leftMiB });
  return { ...result, required: further(result.required), peak: further(result.peak) };
}
