/** The least room above the weights with which a generation succeeds. */
import type { GenerationSettings } from '../protocol/settings.ts';
import { pieces, type Piece } from '../model/pieces.ts';
import { needMiB } from '../model/required.ts';
import { slicesToFit } from '../networks/attention/scores.ts';
import {
  highestReplayedNeed,
  leastReplayedNeed,
  replayedNeed,
  TOLERANCE,
  TOLERANCE_BELOW,
} from '../model/replay/need.ts';
import { reservedMiB, unlikePieces } from '../model/reserved.ts';
import type { Fit, Interval, Phase, ReplayFit, Spread } from '../model/types.ts';

/** The least room moves about more where the number of slices follows it. */
const SLICED_TOLERANCE = 0.02;
/** Where runs under caps do not bear the replay out, and there is nothing else to go by. */
const UNPROVEN_TOLERANCE = 0.1;

/**
 * Above the weights: by replay where the runs under caps bear it out or attention slices, else by the factors of the
 * phases' planes.
 */
export function needOf(fit: Fit, settings: GenerationSettings): PhaseNeed {
  const { staticMiB, slackMiB, active, factors, replay, process } = fit;
  if (replay !== null && (replay.tellsNeed || slicesToFit(replay.networks.scores))) {
    const { needMiB: valueMiB, phase } = replayedNeed(replay, settings, slackMiB);
    const { below, above } = tolerancesOf(replay);
    const possible = [replay, ...replay.rivals];
    const lowMiB = Math.min(...possible.map((one) => leastReplayedNeed(one, settings, slackMiB)));
    const highMiB = Math.max(...possible.map((one) => highestReplayedNeed(one, settings, slackMiB).needMiB));
    // Strays are shares of the total.
    const strayMiB = (share: number, ownMiB: number): number => share * (staticMiB + ownMiB);
    const replayed = {
      phase,
      valueMiB,
      lowMiB: Math.min(lowMiB * (1 - below), lowMiB - strayMiB(replay.strayBelow, lowMiB)),
      highMiB: Math.max(highMiB * (1 + above), highMiB + strayMiB(replay.strayAbove, highMiB)),
    };
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

function tolerancesOf({ networks, tellsNeed }: ReplayFit): { readonly below: number; readonly above: number } {
  if (!tellsNeed) return { below: UNPROVEN_TOLERANCE, above: UNPROVEN_TOLERANCE };
  if (slicesToFit(networks.scores)) return { below: SLICED_TOLERANCE, above: SLICED_TOLERANCE };
  return { below: TOLERANCE_BELOW, above: TOLERANCE };
}
