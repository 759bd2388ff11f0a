import type { GenerationSettings } from '../../protocol/settings.ts';
import type { Observation, ReplayFit } from '../types.ts';
import { nameOf } from './networks.ts';
import { neededMiB, type Encoded } from './peaks.ts';

type Replay = Pick<ReplayFit, 'networks' | 'scale' | 'offsetMiB'>;

/** How far a host's need may lie from the replayed one: what is measured on the host itself counts more. */
export const TOLERANCE = 0.01;
/** Of the runs under caps so many may contradict the replay: another process, an odd size. */
const CONTRADICTING_SHARE = 0.1;
/** Some 100 bytes each. */
const MOST_REMEMBERED = 10_000;

/** A replay under caps takes a millisecond or two, and the same settings are asked for again with each movement of a slider and each run. */
const remembered = new Map<string, number>();

/**
 * Least MiB above the weights with which a generation succeeds, worked out by replay.
 * @param slackMiB left free at idle in the weights' segments; the replay's offset is at least that.
 */
export function replayedNeedMiB(replay: Replay, settings: GenerationSettings, slackMiB: number): number {
  return replayedMiB(replay, settings, slackMiB, 1);
}

/**
 * The most that it may be. The WebUI encodes the pictures of a batch one after the other, and what the first leaves behind may be in the
 * second's way where attention keeps its score matrices; the traced tables have one of them encoded. How it is on a card no table shows.
 */
export function highestReplayedNeedMiB(replay: Replay, settings: GenerationSettings, slackMiB: number): number {
  const once = replayedMiB(replay, settings, slackMiB, 1);
  return encodesBatch(settings) && replay.networks.scores !== 'fused' ? Math.max(once, replayedMiB(replay, settings, slackMiB, 2)) : once;
}

const encodesBatch = ({ operation, batchSize }: GenerationSettings): boolean => batchSize > 1 && (operation === 'img2img' || operation === 'hires_image');

function replayedMiB({ networks, scale, offsetMiB }: Replay, settings: GenerationSettings, slackMiB: number, encoded: Encoded): number {
  const { operation, width, height, batchSize, hires } = settings;
  const target = hires === null ? '' : `${hires.width}x${hires.height} ${hires.uncroppedWidth}x${hires.uncroppedHeight}`;
  const name = `${nameOf(networks)} ${operation} ${width}x${height} ${batchSize} ${target} ${encoded}`;
  let needMiB = remembered.get(name);
  if (needMiB === undefined) {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    needMiB = neededMiB(networks, settings, encoded);
    remembered.set(name, needMiB);
  }
  return scale * needMiB + Math.max(slackMiB, offsetMiB);
}

/** Whether the runs under caps ended as the replay says. Without any such run it is not known, so it is not. */
export function agreesWithCaps(replay: Replay, observations: readonly Observation[], staticMiB: number, slackMiB: number): boolean {
  const capped = observations.flatMap(({ settings, capMiB, outcome }) => (capMiB === null || (outcome !== 'ok' && outcome !== 'oom') ? [] : [{ settings, capMiB, outcome }]));
  const contradicting = capped.filter(({ settings, capMiB, outcome }) => {
    if (outcome === 'ok') return capMiB < (staticMiB + replayedNeedMiB(replay, settings, slackMiB)) * (1 - TOLERANCE);
    return capMiB > (staticMiB + highestReplayedNeedMiB(replay, settings, slackMiB)) * (1 + TOLERANCE);
  });
  return capped.length > 0 && contradicting.length <= capped.length * CONTRADICTING_SHARE;
}
