import { PX_PER_MPX } from '../base/units.ts';
import { isHires } from '../operations/registry.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { outputAreaMpx, workMpx } from '../model/geometry.ts';
import { grownBy } from '../model/growth.ts';
import { pieces, type Piece } from '../model/pieces.ts';
import { needMiB } from '../model/required.ts';
import { withPrompts } from '../networks/networks.ts';
import { slicesToFit } from '../networks/attention/scores.ts';
import {
  highestReplayedNeed,
  leastReplayedNeed,
  replayedNeed,
  replayedPeakWithin,
  TOLERANCE,
  TOLERANCE_BELOW,
} from '../model/replay/need.ts';
import { roomsNear } from '../model/replay/peaks.ts';
import { replayedMiB, reservedMiB, unlikeMiB, unlikePieces } from '../model/reserved.ts';
import type { Fit, Interval, Phase, ReplayFit, Spread } from '../model/types.ts';
import type { AddedPart } from './add-ons.ts';
import { withinKnown } from './bounds.ts';
import { atLeast, openedTo } from './process.ts';
import { warningsFor } from './warnings.ts';
import type { EstimateWarning } from '../protocol/estimate.ts';

/** All figures are of the WebUI's process in MiB, weights included, other processes and the context left out. */
export interface EstimateMiB {
  readonly ok: true;
  /** Least memory with which the generation succeeds. */
  readonly required: Interval;
  /** What the device will show at the top: with torch's cache. */
  readonly peak: Interval;
  readonly limitingPhase: Phase;
  /** `beyond`: larger than anything that was run; `unmeasured`: nothing was run. */
  readonly basis: 'inside' | 'beyond' | 'unmeasured';
  readonly warnings: readonly EstimateWarning[];
  /** Left out where none is asked for. */
  readonly addOns?: readonly AddedPart[];
}

export type EstimateFailure = 'size-too-small' | 'batch-size-not-positive' | 'hires-size-missing';

export type EstimateResult = EstimateMiB | { readonly ok: false; readonly reason: EstimateFailure };

/** Extrapolation widens an interval by this share for each doubling of the area or of the work. */
const WIDER_PER_DOUBLING = 0.3;

/**
 * Memory of a generation with these settings, from a fit of its environment.
 * @param roomMiB that the device has for the process now, weights included; null = not known, as much as is wanted.
 *   Attention that slices to fit peaks by it; what is required does not hang on it.
 * @param heldMiB by the process now, where the host has no counters: it gives back none of that before a run. Null =
 *   not known, as at most before.
 */
export function estimate(
  fit: Fit,
  settings: GenerationSettings,
  roomMiB: number | null = null,
  heldMiB: number | null = null,
): EstimateResult {
  const failure = whatIsWrong(settings);
  if (failure !== null) return { ok: false, reason: failure };
  const { spread } = fit;
  const grown = grownBy(fit.process, heldMiB);
  const staticMiB = Math.max(0, fit.staticMiB + grown.byMiB);
  const need = needOf(fit, settings);
  const widen = 1 + WIDER_PER_DOUBLING * doublingsBeyond(fit, settings);
  const modelled = intervalOf(
    staticMiB,
    need.valueMiB,
    need.lowMiB,
    need.highMiB,
    spread.requiredLow * widen,
    spread.requiredHigh * widen,
  );
  const bounded = withinKnown(modelled, settings, fit.known, staticMiB, (of) => staticMiB + needOf(fit, of).valueMiB);
  const opened = (interval: Interval): Interval => {
    const all = fit.process === null ? interval : openedTo(interval, fit.process, fit, settings, staticMiB, grown);
    return atLeast(all, heldMiB ?? 0);
  };
  const ownRoomMiB = roomMiB === null ? Infinity : roomMiB - staticMiB;
  const leastMiB = bounded.valueMiB - staticMiB;
  const peaksMiB = peaksOf(fit, settings, ownRoomMiB);
  const unlike = unlikePeak(fit, settings, staticMiB, widen);
  const withinMiB = peakWithin(fit, settings, peaksMiB[0] ?? 0, ownRoomMiB);
  // A device of the peak's size has attention that slices make more slices, for which there may be no room.
  const lowestMiB = hasSlices(fit) ? 0 : leastMiB;
  return {
    ok: true,
    required: opened(bounded),
    peak: opened({
      valueMiB: Math.max(staticMiB + Math.max(withinMiB, leastMiB), unlike.valueMiB),
      lowMiB: Math.max(
        peakInterval(staticMiB, Math.max(lowestMiB, Math.min(withinMiB, ...peaksMiB)), spread, widen).lowMiB,
        unlike.lowMiB,
      ),
      highMiB: Math.max(
        peakInterval(staticMiB, Math.max(leastMiB, withinMiB, ...peaksMiB), spread, widen).highMiB,
        unlike.highMiB,
      ),
    }),
    limitingPhase: need.phase,
    basis: isUnmeasured(fit) ? 'unmeasured' : doublingsBeyond(fit, settings) > 0 ? 'beyond' : 'inside',
    warnings: warningsFor(fit, settings, ownRoomMiB),
  };
}

const hasSlices = ({ replay }: Fit): boolean => replay !== null && slicesToFit(replay.networks.scores);

/**
 * Where that is more than there is, the cache is given back on the way, and less is reserved in the end. Where attention
 * slices, each picture of a batch finds other room than the one before it.
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

/** The least room moves about more where the number of slices follows it. */
const SLICED_TOLERANCE = 0.02;
/** Where runs under caps do not bear the replay out, and there is nothing else to go by. */
const UNPROVEN_TOLERANCE = 0.1;

/**
 * Above the weights: by replay where the runs under caps bear it out or attention slices, else by the factors of the
 * phases' planes.
 */
function needOf(fit: Fit, settings: GenerationSettings): PhaseNeed {
  const { slackMiB, active, factors, replay, process } = fit;
  if (replay !== null && (replay.tellsNeed || slicesToFit(replay.networks.scores))) {
    const { needMiB: valueMiB, phase } = replayedNeed(replay, settings, slackMiB);
    const { below, above } = tolerancesOf(replay);
    const possible = [replay, ...replay.rivals];
    const lowMiB = Math.min(...possible.map((one) => leastReplayedNeed(one, settings, slackMiB)));
    const highMiB = Math.max(...possible.map((one) => highestReplayedNeed(one, settings, slackMiB).needMiB));
    const replayed = { phase, valueMiB, lowMiB: lowMiB * (1 - below), highMiB: highMiB * (1 + above) };
    const unlike = unlikePieces(replay, settings);
    return unlike.length === 0 ? replayed : greater(replayed, openedBy(fit.spread, plannedNeed(fit, settings, unlike)));
  }
  if (process !== null) {
    const { phase } = needMiB(settings, active, (group) => factors[group].value);
    const ownMiB = reservedMiB(fit, settings);
    return { phase, valueMiB: ownMiB, lowMiB: ownMiB * factors.decode.low, highMiB: ownMiB * factors.decode.high };
  }
  return plannedNeed(fit, settings, pieces(settings));
}

type PhaseNeed = Interval & { readonly phase: Phase };

function plannedNeed(
  { slackMiB, active, factors }: Fit,
  settings: GenerationSettings,
  planes: readonly Piece[],
): PhaseNeed {
  const by = (end: 'low' | 'value' | 'high') => needMiB(settings, active, (group) => factors[group][end], planes);
  const { valueMiB, phase } = by('value');
  return {
    phase,
    valueMiB: slackMiB + valueMiB,
    lowMiB: slackMiB + by('low').valueMiB,
    highMiB: slackMiB + by('high').valueMiB,
  };
}

/** As far as the planes of phases that are like nothing known leave their peaks open, their needs are open too. */
function openedBy({ unlike }: Spread, need: PhaseNeed): PhaseNeed {
  if (unlike === undefined) return need;
  const { peakLow, peakHigh, peakJagged } = unlike;
  return {
    ...need,
    lowMiB: need.lowMiB * (1 - Math.max(peakLow, peakJagged)),
    highMiB: need.highMiB * (1 + Math.max(peakHigh, peakJagged)),
  };
}

/** Both have to be met. */
function greater(one: PhaseNeed, other: PhaseNeed): PhaseNeed {
  return {
    phase: one.valueMiB >= other.valueMiB ? one.phase : other.phase,
    valueMiB: Math.max(one.valueMiB, other.valueMiB),
    lowMiB: Math.max(one.lowMiB, other.lowMiB),
    highMiB: Math.max(one.highMiB, other.highMiB),
  };
}

function tolerancesOf({ networks, tellsNeed, strayBelow }: ReplayFit): {
  readonly below: number;
  readonly above: number;
} {
  if (!tellsNeed) return { below: UNPROVEN_TOLERANCE, above: UNPROVEN_TOLERANCE };
  if (slicesToFit(networks.scores)) return { below: Math.max(SLICED_TOLERANCE, strayBelow), above: SLICED_TOLERANCE };
  return { below: Math.max(TOLERANCE_BELOW, strayBelow), above: TOLERANCE };
}

function intervalOf(
  staticMiB: number,
  value: number,
  low: number,
  high: number,
  lowShare: number,
  highShare: number,
): Interval {
  const valueMiB = staticMiB + value;
  return {
    valueMiB,
    lowMiB: Math.max(staticMiB, Math.min(valueMiB, staticMiB + low - lowShare * valueMiB)),
    highMiB: Math.max(valueMiB, staticMiB + high + highShare * valueMiB),
  };
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

/** It rests on what is known of the networks alone. */
function isUnmeasured({ runs }: Fit): boolean {
  return runs.measured + runs.capped === 0;
}

function doublingsBeyond(fit: Fit, settings: GenerationSettings): number {
  if (fit.domain.maxAreaPx === 0) return 0;
  const area = (outputAreaMpx(settings) * PX_PER_MPX) / Math.max(1, fit.domain.maxAreaPx);
  const work = (workMpx(settings) * PX_PER_MPX) / Math.max(1, fit.domain.maxWorkPx);
  return Math.max(0, Math.log2(Math.max(area, work)));
}

function whatIsWrong(settings: GenerationSettings): EstimateFailure | null {
  if (!(settings.batchSize >= 1)) return 'batch-size-not-positive';
  if (!(settings.width >= 8 && settings.height >= 8)) return 'size-too-small';
  const hires = isHires(settings.operation);
  if (hires && settings.hires === null) return 'hires-size-missing';
  if (settings.hires !== null && !(settings.hires.width >= 8 && settings.hires.height >= 8)) return 'size-too-small';
  return null;
}
