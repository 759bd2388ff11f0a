/** What the device will show at the top. */
import { at } from '../base/at.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { replayedPeakWithin } from '../model/replay/need.ts';
import { roomsNear } from '../model/replay/peaks.ts';
import { replayedMiB, reservedMiB, unlikeMiB } from '../model/reserved.ts';
import type { Fit, Interval, Spread } from '../model/types.ts';
import { slicesToFit } from '../networks/attention/scores.ts';
import { withPrompts } from '../networks/networks.ts';
import { intervalOf } from './interval.ts';

interface About {
  readonly staticMiB: number;
  /** Above the weights: what is required. */
  readonly leastMiB: number;
  /** Above the weights: what there is. */
  readonly ownRoomMiB: number;
  /** Intervals are so many times as wide as the fit's spread. */
  readonly widen: number;
}

/** Of the WebUI's process, weights and torch's cache included. */
export function peakOf(
  fit: Fit,
  settings: GenerationSettings,
  { staticMiB, leastMiB, ownRoomMiB, widen }: About,
): Interval {
  const { spread } = fit;
  const peaksMiB = peaksOf(fit, settings, ownRoomMiB);
  const unlike = unlikePeak(fit, settings, staticMiB, widen);
  const withinMiB = peakWithin(fit, settings, at(peaksMiB, 0), ownRoomMiB);
  // A device of the peak's size has attention that slices make more slices, for which there may be no room.
  const lowestMiB = hasSlices(fit) ? 0 : leastMiB;
  const low = peakInterval(staticMiB, Math.max(lowestMiB, Math.min(withinMiB, ...peaksMiB)), spread, widen);
  const high = peakInterval(staticMiB, Math.max(leastMiB, withinMiB, ...peaksMiB), spread, widen);
  return {
    valueMiB: Math.max(staticMiB + Math.max(withinMiB, leastMiB), unlike.valueMiB),
    lowMiB: Math.max(low.lowMiB, unlike.lowMiB),
    highMiB: Math.max(high.highMiB, unlike.highMiB),
  };
}

const hasSlices = ({ replay }: Fit): boolean => replay !== null && slicesToFit(replay.networks.scores);

/**
 * Where that is more than there is, the cache is given back on the way, and less is reserved in the end. Where
 * attention slices, each picture of a batch finds other room than the one before it.
 */
function peakWithin(fit: Fit, settings: GenerationSettings, peakMiB: number, roomMiB: number): number {
  const { replay, slackMiB } = fit;
  if (replay === null || !Number.isFinite(roomMiB) || (!hasSlices(fit) && peakMiB <= roomMiB)) return peakMiB;
  return replayedPeakWithin(replay, settings, slackMiB, roomMiB) ?? peakMiB;
}

const NOTHING: Interval = { valueMiB: 0, lowMiB: 0, highMiB: 0 };

/** Of phases that are like no known network: by their planes, which leave more open than a replay. */
function unlikePeak(fit: Fit, settings: GenerationSettings, staticMiB: number, widen: number): Interval {
  const { unlike } = fit.spread;
  return unlike === undefined ? NOTHING : peakInterval(staticMiB, unlikeMiB(fit, settings), unlike, widen);
}

/** MiB above the weights: the peak of what is replayed, or else of all, and others that may be meant. */
function peaksOf(fit: Fit, settings: GenerationSettings, roomMiB: number): number[] {
  const { replay } = fit;
  if (replay === null) return [reservedMiB(fit, settings)];
  const all = [replay, ...replay.rivals].flatMap((one) =>
    withPrompts(one.networks).map((networks) => ({ ...one, networks })),
  );
  return all.flatMap((one) => roomsNear(one.networks, roomMiB).map((room) => replayedMiB(one, settings, room)));
}

/** Each side is the larger of what the runs' residuals say and what the allocator's blocks leave open. */
function peakInterval(
  staticMiB: number,
  reservedMiB: number,
  { peakLow, peakHigh, peakJagged }: Spread,
  widen: number,
): Interval {
  const jaggedShare = (peakJagged * reservedMiB) / (staticMiB + reservedMiB);
  return intervalOf(
    staticMiB,
    reservedMiB,
    reservedMiB,
    reservedMiB,
    Math.max(peakLow, jaggedShare) * widen,
    Math.max(peakHigh, jaggedShare) * widen,
  );
}
