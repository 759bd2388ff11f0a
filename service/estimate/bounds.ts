import { isAsLarge, shareNeeded, upscalesAsMuch } from '../model/geometry.ts';
import { leastNeedMiB } from '../model/known.ts';
import type { Interval, Known, KnownRun } from '../model/types.ts';
import type { GenerationSettings } from '../protocol/settings.ts';

/**
 * How far beyond what a failure proves the model may be off, as a share of that: once more as far, of which the ends
 * are cut as of any interval.
 */
const LEAST_BEYOND = 0.04;
const MOST_BEYOND = 1;

/**
 * What is required, held to what runs have shown (`known`).
 * - Settings that ran out of memory, and larger ones, need more than there was. The model is off by that much at least
 *   where the failure was, and by as much at whatever is larger.
 * - Of those that are hardly larger in all the lower end leaves it open, and a success of at least their size ends it.
 * - All others may be off in proportion, up to what a success leaves open: smaller ones, and what is larger in one way
 *   and smaller in another, which is no surer than what is smaller in both.
 * All rise with the settings as the model does.
 * @param modelMiB what the model says is required, weights included.
 */
export function withinKnown(
  required: Interval,
  settings: GenerationSettings,
  { failures, successes }: Known,
  staticMiB: number,
  modelMiB: (settings: GenerationSettings) => number,
): Interval {
  let { valueMiB, lowMiB, highMiB } = required;
  const provenMiB = leastProvenMiB(settings, successes);
  for (const failure of failures) {
    const offMiB = failure.atMiB - modelMiB(failure.settings);
    const share = shareNeeded(settings, failure.settings);
    if (share > 0) {
      const mostMiB = share === 1 ? Infinity : provenMiB;
      const beyondMiB = Math.max(0, offMiB) * LEAST_BEYOND;
      const leastMiB = leastNeedMiB(settings, failure, staticMiB) + (share === 1 ? beyondMiB : 0);
      const farMiB = offMiB <= 0 ? 0 : required.valueMiB + offMiB + beyondMiB;
      const farthestMiB = offMiB <= 0 ? 0 : required.highMiB + offMiB * (1 + MOST_BEYOND);
      lowMiB = Math.max(lowMiB, Math.min(mostMiB, leastMiB));
      valueMiB = Math.max(valueMiB, Math.min(mostMiB, Math.max(failure.atMiB, farMiB)));
      highMiB = Math.max(highMiB, valueMiB, Math.min(mostMiB, farthestMiB));
    } else if (offMiB > 0 && upscalesAsMuch(failure.settings, settings)) {
      const reachMiB = reachOf(required, failure, staticMiB, modelMiB(failure.settings));
      highMiB = Math.max(highMiB, Math.min(reachMiB, provenMiB));
    }
  }
  return { valueMiB, lowMiB, highMiB };
}

/** As many times the model's figure as the failure's settings may need of theirs. */
function reachOf(required: Interval, failure: KnownRun, staticMiB: number, modelMiB: number): number {
  const ownMiB = Math.max(1, modelMiB - staticMiB);
  const offMiB = failure.atMiB - ownMiB - staticMiB;
  return required.highMiB + (offMiB * (1 + MOST_BEYOND) * (required.valueMiB - staticMiB)) / ownMiB;
}

/** The least with which settings of at least that size have run. */
function leastProvenMiB(settings: GenerationSettings, successes: readonly KnownRun[]): number {
  return Math.min(...successes.filter((success) => isAsLarge(success.settings, settings)).map(({ atMiB }) => atMiB));
}
