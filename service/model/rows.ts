import type { GenerationSettings } from '../protocol/settings.ts';
import { pieces, type Piece } from './pieces.ts';
import type { PlaneRow } from './max-planes.ts';
import type { Observation } from './types.ts';

/** A figure of one run. */
export interface MeasuredRow extends PlaneRow {
  readonly settings: GenerationSettings;
  /** Of the whole run rather than of one phase. */
  readonly whole: boolean;
  /** Above the weights, that the device had for the process; null where that is not known. */
  readonly roomMiB: number | null;
}

/** A run that says how large its peak was, rather than only that it was at least so large. */
export function isExact(observation: Observation): boolean {
  return observation.outcome === 'ok' && (observation.allocRetries ?? 0) === 0;
}

/**
 * With so much held beside the weights as a run began, its encoding tells of that: where networks are moved on and off
 * the card, an error leaves the denoising network there until the autoencoder comes. Sampling has it there anyway.
 */
const LEAST_HELD_MIB = 64;

/** Smallest total that a residual is counted against: keeps weights finite where nothing is known of the weights. */
const LEAST_TOTAL_MIB = 64;

/**
 * The figures that one run gives for one target: one for each phase where the host counts by phase, else the peak
 * alone. Runs without that figure give none. Under a cap reserved bytes stop at the cap, so such a run says nothing
 * about the peak.
 */
export function rowsOf(observation: Observation, target: 'active' | 'reserved', staticMiB: number): MeasuredRow[] {
  const all = pieces(observation.settings);
  const about = {
    settings: observation.settings,
    roomMiB: observation.roomMiB === null ? null : observation.roomMiB - staticMiB,
  };
  const exact = isExact(observation);
  if (target === 'reserved' && observation.capMiB !== null) return [];
  if (observation.phases !== null && exact) {
    return observation.phases.flatMap((peak, i) => {
      const own = all.filter((piece) => piece.phase === peak.phase);
      // No more than the phase before had reserved: what it left in the cache when the counter began anew.
      const isLeft =
        target === 'reserved' && peak.reservedPeakMiB <= (observation.phases?.[i - 1]?.reservedPeakMiB ?? -Infinity);
      const isOfHeld = peak.phase === 'encode' && (observation.heldMiB ?? staticMiB) - staticMiB > LEAST_HELD_MIB;
      if (own.length === 0 || isLeft || isOfHeld) return [];
      return [
        {
          ...rowOf(own, target === 'active' ? peak.activePeakMiB : peak.reservedPeakMiB, staticMiB, 'exact'),
          ...about,
          whole: false,
        },
      ];
    });
  }
  const peakMiB = target === 'active' ? observation.activePeakMiB : observation.reservedPeakMiB;
  return peakMiB === null
    ? []
    : [{ ...rowOf(all, peakMiB, staticMiB, exact ? 'exact' : 'at-least'), ...about, whole: true }];
}

function rowOf(own: readonly Piece[], totalMiB: number, staticMiB: number, kind: PlaneRow['kind']): PlaneRow {
  return {
    pieces: own,
    valueMiB: Math.max(0, totalMiB - staticMiB),
    kind,
    weight: 1 / Math.max(LEAST_TOTAL_MIB, totalMiB),
  };
}
