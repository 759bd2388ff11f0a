/** The largest number that fits, by as few estimates as will do. */
import type { Asked, EstimateMiB } from '../../estimate/estimate.ts';
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
  /** Where attention slices, what lacks nothing may still not fit: just with what is free its pieces find no room. */
  readonly fits: (settings: GenerationSettings) => boolean;
  /** About in proportion to what settings need above the weights, without an estimate. */
  readonly weightOf: (settings: GenerationSettings) => number;
}

/**
 * `marginMiB`: what is available less the upper end of what is required; `roomMiB`: what is available above the
 * weights.
 */
export interface Margin {
  readonly marginMiB: number;
  readonly roomMiB: number;
}

export function measureOf(
  fit: Fit,
  memory: LiveMemory,
  estimateOf: (settings: GenerationSettings, of: Asked) => EstimateMiB | null,
): Measure {
  const { replay } = fit;
  const availableMiB = memory.usableMiB - memory.otherMiB;
  return {
    marginOf: (settings) => {
      const estimate = estimateOf(settings, 'required');
      return estimate === null
        ? null
        : { marginMiB: availableMiB - mostRequiredMiB(estimate), roomMiB: availableMiB - fit.staticMiB };
    },
    fits: (settings) => {
      const estimate = estimateOf(settings, 'all');
      return estimate !== null && verdict(estimate, memory).verdict === 'fits';
    },
    // Slices are replayed one by one: no sum tells them.
    weightOf: (settings) =>
      replay === null || slicesToFit(replay.networks.scores)
        ? workMpx(settings)
        : activePeakMiB(replay.networks, settings, null),
  };
}

/** What lacks no more than this share of what there is may be followed by something larger that needs a little less. */
const HARDLY_LACKING = 0.25;

/**
 * The largest whole number below `beyond` whose settings fit; null where not even those of 1 do. Of smaller ones some
 * may not, for where attention slices its pieces follow what is free. What is required grows with the number, but here
 * and there it falls by up to a fifth: above what bisection finds, numbers that lack less than `HARDLY_LACKING` are
 * looked at one by one.
 */
export function largestBelow(
  beyond: number,
  settingsOf: (number: number) => GenerationSettings,
  measure: Measure,
): number | null {
  const known = new Map<number, Margin | null>();
  const marginOf = (number: number): Margin | null => {
    const before = known.get(number);
    if (before !== undefined) return before;
    const margin = measure.marginOf(settingsOf(number));
    known.set(number, margin);
    return margin;
  };
  let largest = lastWithin(beyond, marginOf, (number) => measure.weightOf(settingsOf(number)));
  for (let number = largest + 1; number < beyond; number += 1) {
    const margin = marginOf(number);
    if (margin === null || margin.marginMiB < -HARDLY_LACKING * margin.roomMiB) break;
    if (margin.marginMiB >= 0) largest = number;
  }
  for (let number = largest; number > 0; number -= 1) if (measure.fits(settingsOf(number))) return number;
  return null;
}

/** By bisection: a number whose settings lack nothing and those of the next do; 0 where those of 1 do. */
function lastWithin(
  beyond: number,
  marginOf: (number: number) => Margin | null,
  weightOf: (number: number) => number,
): number {
  let [within, lacking] = [0, beyond];
  let mostWeight: number | null = null;
  while (lacking - within > 1) {
    const number: number =
      mostWeight === null ? Math.floor((within + lacking) / 2) : heaviestBelow(mostWeight, within, lacking, weightOf);
    const margin = marginOf(number);
    if (margin !== null && margin.marginMiB >= 0) within = number;
    else lacking = number;
    const needMiB = margin === null ? 0 : margin.roomMiB - margin.marginMiB;
    mostWeight = margin === null || needMiB <= 0 ? null : (weightOf(number) * margin.roomMiB) / needMiB;
  }
  return within;
}

/** Of the numbers between two the last that is not too heavy, or the first. */
function heaviestBelow(most: number, within: number, lacking: number, weightOf: (number: number) => number): number {
  let [low, high] = [within + 1, lacking];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (weightOf(middle) <= most) low = middle;
    else high = middle;
  }
  return low;
}
