/** The largest number that fits, by as few estimates as will do. */
import type { EstimateMiB } from '../../estimate/estimate.ts';
import { mostRequiredMiB, verdict, type LiveMemory } from '../../estimate/verdict.ts';
import { workMpx } from '../../model/geometry.ts';
import { activePeakMiB } from '../../model/replay/peaks.ts';
import type { Fit } from '../../model/types.ts';
import { slicesToFit } from '../../networks/attention/scores.ts';
import type { GenerationSettings } from '../../protocol/settings.ts';

/** How settings are judged in a search. */
export interface Measure {
  /** null where it cannot be told. */
  readonly marginOf: (settings: GenerationSettings) => Margin | null;
  /** About in proportion to what settings need above the weights, without an estimate. */
  readonly weightOf: (settings: GenerationSettings) => number;
}

/**
 * `marginMiB`: what is available less the upper end of what is required; `roomMiB`: what is available above the
 * weights.
 */
export interface Margin {
  readonly fits: boolean;
  readonly marginMiB: number;
  readonly roomMiB: number;
}

export function measureOf(
  fit: Fit,
  memory: LiveMemory,
  estimateOf: (settings: GenerationSettings) => EstimateMiB | null,
): Measure {
  const { replay } = fit;
  return {
    marginOf: (settings) => {
      const estimate = estimateOf(settings);
      if (estimate === null) return null;
      const judged = verdict(estimate, memory);
      return {
        fits: judged.verdict === 'fits',
        marginMiB: judged.availableMiB - mostRequiredMiB(estimate),
        roomMiB: judged.availableMiB - fit.staticMiB,
      };
    },
    // Slices are replayed one by one: no sum tells them.
    weightOf: (settings) =>
      replay === null || slicesToFit(replay.networks.scores)
        ? workMpx(settings)
        : activePeakMiB(replay.networks, settings, null),
  };
}

/**
 * The largest whole number below `beyond` whose settings fit; null where not even those of 1 do. Settings must not fit
 * again above a number whose do not: memory grows with both.
 */
export function largestBelow(
  beyond: number,
  settingsOf: (number: number) => GenerationSettings,
  { marginOf, weightOf }: Measure,
): number | null {
  let [fitting, failing] = [0, beyond];
  let mostWeight: number | null = null;
  while (failing - fitting > 1) {
    const number =
      mostWeight === null
        ? Math.floor((fitting + failing) / 2)
        : heaviestBelow(mostWeight, fitting, failing, (one) => weightOf(settingsOf(one)));
    const settings = settingsOf(number);
    const margin = marginOf(settings);
    if (margin?.fits === true) fitting = number;
    else failing = number;
    const needMiB = margin === null ? 0 : margin.roomMiB - margin.marginMiB;
    mostWeight = margin === null || needMiB <= 0 ? null : (weightOf(settings) * margin.roomMiB) / needMiB;
  }
  return fitting === 0 ? null : fitting;
}

/** Of the numbers between two the last that is not too heavy, or the first. */
function heaviestBelow(most: number, fitting: number, failing: number, weightOf: (number: number) => number): number {
  let [low, high] = [fitting + 1, failing];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (weightOf(middle) <= most) low = middle;
    else high = middle;
  }
  return low;
}
