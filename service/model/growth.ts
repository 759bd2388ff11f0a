import { isAsLarge } from './geometry.ts';
import type { Interval, MeasuredPeak, Observation, ProcessFit } from './types.ts';
import type { GenerationSettings } from '../protocol/settings.ts';

/** MiB by which figures move, and how far the truth may be below and above that. */
export interface Growth {
  readonly byMiB: number;
  readonly belowMiB: number;
  readonly aboveMiB: number;
}

/** Below this a peak is what was held, and some buffers. */
const LEAST_ADDED_MIB = 8;

/** Whether the run rose above what the process held already: else it says no more than that it needed no more. */
export function isAbove({ heldMiB, reservedPeakMiB }: Observation): boolean {
  return heldMiB === null || reservedPeakMiB === null || reservedPeakMiB - heldMiB >= LEAST_ADDED_MIB;
}

/** The run as the process would have shown it, had it held `toMiB` before; as it is where either is not known. */
export function grownTo(run: Observation, toMiB: number | null, share: number): Observation {
  const { heldMiB, reservedPeakMiB } = run;
  if (toMiB === null || heldMiB === null || reservedPeakMiB === null) return run;
  const moreMiB = share * (toMiB - heldMiB);
  return { ...run, heldMiB: heldMiB + moreMiB, reservedPeakMiB: Math.max(0, reservedPeakMiB + moreMiB) };
}

/**
 * MiB by which the figures of a fit move with what the process holds now, and how far they may be beside that: what it
 * will use again is not known.
 */
export function grownBy(process: ProcessFit | null, heldMiB: number | null): Growth {
  if (process === null || process.heldMiB === null || heldMiB === null) return { byMiB: 0, belowMiB: 0, aboveMiB: 0 };
  const moreMiB = heldMiB - process.heldMiB;
  const [asFar, rest] = [process.share * Math.abs(moreMiB), (1 - process.share) * Math.abs(moreMiB)];
  return { byMiB: process.share * moreMiB, belowMiB: moreMiB > 0 ? asFar : rest, aboveMiB: moreMiB > 0 ? rest : asFar };
}

/**
 * A peak above the weights held to those that were measured. Larger settings show no less, and what the planes say
 * beyond that; smaller ones no more.
 * The interval holds what the same settings have shown. Value and ends rise with the settings, as the planes do.
 */
export function heldToPeaks(
  settings: GenerationSettings,
  peaks: readonly MeasuredPeak[],
  planesMiB: (settings: GenerationSettings) => number,
): Interval {
  const ownMiB = planesMiB(settings);
  let [floorMiB, risingMiB, ceilingMiB] = [0, ownMiB, Infinity];
  let [lowMiB, highMiB] = [Infinity, 0];
  for (const peak of peaks) {
    if (isAsLarge(settings, peak.settings)) {
      floorMiB = Math.max(floorMiB, peak.lowMiB);
      risingMiB = Math.max(risingMiB, peak.lowMiB + Math.max(0, ownMiB - planesMiB(peak.settings)));
      highMiB = Math.max(highMiB, peak.highMiB);
    }
    if (isAsLarge(peak.settings, settings)) {
      ceilingMiB = Math.min(ceilingMiB, peak.highMiB);
      lowMiB = Math.min(lowMiB, peak.lowMiB);
    }
  }
  const valueMiB = Math.max(floorMiB, Math.min(risingMiB, ceilingMiB));
  return { valueMiB, lowMiB: Math.min(valueMiB, lowMiB), highMiB: Math.max(valueMiB, highMiB) };
}
