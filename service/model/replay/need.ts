import { Memo } from '../../base/memo.ts';
import type { Steps } from '../../base/steps.ts';
import { stageGroups } from '../../operations/registry.ts';
import type { GenerationSettings } from '../../protocol/settings.ts';
import { failedAtMiB } from '../known.ts';
import { lostMiB } from '../static.ts';
import type { Observation, Replay, ReplayFit } from '../types.ts';
import { slicesToFit } from '../../networks/attention/scores.ts';
import { NEED_STEP } from '../../allocator/least.ts';
import { nameOf, withPrompts } from '../../networks/networks.ts';
import { reservedWithinMiB } from './peaks.ts';
import { settingsName } from './settings-name.ts';
import { neededMiB, runsOn, type Circumstances, type Need } from './needed.ts';

/** How far a host's need may lie from the replayed one: what is measured on the host itself counts more. */
export const TOLERANCE = 0.01;
/**
 * How far below it an estimate's interval reaches: the step of the bisection that found it, for a host has more in the
 * way than the networks, not less.
 */
export const TOLERANCE_BELOW = NEED_STEP;
/** Of the runs under caps so many may contradict the replay: another process, an odd size. */
const CONTRADICTING_SHARE = 0.1;
/** Some 100 bytes each. */
const MOST_REMEMBERED = 10_000;

/** The same settings are asked for again with each movement of a slider and each run. */
const remembered = new Memo<Need>(MOST_REMEMBERED);

/**
 * MiB above the weights with which a generation succeeds, worked out by replay, and the phase that needs them.
 * @param slackMiB left free at idle in the weights' segments; the replay's offset is at least that.
 * @param roomMiB above the weights that the device has, for the least cap; null for the least device. It matters only
 *   where attention slices to fit.
 */
export function replayedNeed(
  replay: Replay,
  settings: GenerationSettings,
  slackMiB: number,
  roomMiB: number | null = null,
): Need {
  return replayed(replay, settings, slackMiB, { pictures: picturesOf(replay), roomMiB });
}

/**
 * The most that it may be, with prompts read or not. The WebUI encodes the pictures of a batch one after the other, and
 * what the first leaves behind may be in the second's way where attention keeps its score matrices; the traced tables
 * have one of them encoded. How it is on a card no table shows.
 */
export function highestReplayedNeed(
  replay: Replay,
  settings: GenerationSettings,
  slackMiB: number,
  roomMiB: number | null = null,
): Need {
  const { networks } = replay;
  const all = withPrompts(networks).map((one) =>
    replayedNeed({ ...replay, networks: one }, settings, slackMiB, roomMiB),
  );
  if (!networks.kernels.tracksOrder && networks.scores !== 'fused' && encodesBatch(settings))
    all.push(replayed(replay, settings, slackMiB, { pictures: 2, roomMiB }));
  return all.reduce((most, need) => (need.needMiB > most.needMiB ? need : most));
}

/** The least that it may run with, prompts read or not. */
export function leastReplayedNeed(
  replay: Replay,
  settings: GenerationSettings,
  slackMiB: number,
  roomMiB: number | null = null,
): number {
  const all = withPrompts(replay.networks).map((networks) =>
    replayedNeed({ ...replay, networks }, settings, slackMiB, roomMiB),
  );
  return Math.min(...all.map(({ leastMiB }) => leastMiB));
}

const encodesBatch = (settings: GenerationSettings): boolean =>
  stageGroups(settings).some((stages) => stages.some(({ network, batch }) => network === 'encode' && batch > 1));

/** As many as are told apart: the second finds what the first left behind. */
const picturesOf = ({ networks }: Replay): Circumstances['pictures'] => (networks.kernels.tracksOrder ? 2 : 1);

function replayed(
  replay: Replay,
  settings: GenerationSettings,
  slackMiB: number,
  { pictures, roomMiB }: Circumstances,
): Need {
  const { networks, scale } = replay;
  const ownRoomMiB = slicesToFit(networks.scores) ? roomMiB : null;
  const looseMiB = looseOf(replay, slackMiB);
  const where = `${pictures} ${ownRoomMiB} ${looseMiB}`;
  const name = `${nameOf(networks)} ${settingsName(settings)} ${where}`;
  const need =
    remembered.get(name) ??
    remembered.set(name, neededMiB(networks, settings, { pictures, roomMiB: ownRoomMiB, looseMiB }));
  const withAll = (ownMiB: number): number => scale * ownMiB + besidesMiB(replay, slackMiB);
  return { needMiB: withAll(need.needMiB), leastMiB: withAll(need.leastMiB), phase: need.phase };
}

/** What lies free at idle is needed beside them at least. */
function besidesMiB({ networks, offsetMiB }: Replay, slackMiB: number): number {
  return Math.max(lostMiB(networks, slackMiB), offsetMiB);
}

/**
 * In such steps: each fit finds a few MiB more or less, and what was replayed with nearly as much is asked for again.
 */
const LOOSE_STEP_MIB = 16;

/** What of it attention that slices takes for room. */
function looseOf(replay: Replay, slackMiB: number): number {
  return slicesToFit(replay.networks.scores)
    ? LOOSE_STEP_MIB * Math.round(besidesMiB(replay, slackMiB) / LOOSE_STEP_MIB)
    : 0;
}

/**
 * MiB reserved above the weights at the peak where the device has less for it than it would take; null where it does
 * not run there.
 */
export function replayedPeakWithin(
  replay: Replay,
  settings: GenerationSettings,
  slackMiB: number,
  roomMiB: number,
): number | null {
  const { networks, scale } = replay;
  const besides = besidesMiB(replay, slackMiB);
  const ownMiB = reservedWithinMiB(networks, settings, (roomMiB - besides) / scale, looseOf(replay, slackMiB));
  return ownMiB === null ? null : scale * ownMiB + besides;
}

/** Some ranges in which slices find no room are as narrow as this, and a replay may have one so far beside the card's. */
const NEARER_MIB = 16;

/**
 * Whether a generation may fail on a device that has so much for it above the weights, although it would run on a
 * smaller one: just where fewer slices begin to do, their score matrices may find no room between what else lives.
 */
export function mayFailOn(replay: Replay, settings: GenerationSettings, slackMiB: number, roomMiB: number): boolean {
  const { networks, scale } = replay;
  const circumstances = { pictures: picturesOf(replay), looseMiB: looseOf(replay, slackMiB) };
  const replayedMiB = (roomMiB - besidesMiB(replay, slackMiB)) / scale;
  const near = [1 - TOLERANCE, 1, 1 + TOLERANCE].map((share) => share * replayedMiB);
  return (
    slicesToFit(networks.scores) &&
    [...near, replayedMiB - NEARER_MIB, replayedMiB + NEARER_MIB].some(
      (mib) => !runsOn(networks, settings, mib, circumstances),
    )
  );
}

/** Where generations succeed with so much less than the replay says, or fail with more, something else is at work. */
const MOST_STRAY = 0.05;
/** One that fails does not say how much is enough: it may be so much more. */
const FURTHER_ABOVE = 0.03;

/**
 * Whether the runs under caps ended as the replay says. Without any such run it is not known, so it is not. Some that
 * succeed with a little less, or fail with a little more, do not refute it: then the truth may lie as far beside it
 * elsewhere too. A single failure counts for that, however many runs of other phases ended as they should.
 */
export function* judgedByCaps(
  replay: Replay,
  observations: readonly Observation[],
  staticMiB: number,
  slackMiB: number,
): Steps<Pick<ReplayFit, 'tellsNeed' | 'strayBelow' | 'strayAbove'>> {
  const strays = yield* straysUnderCaps(replay, observations, staticMiB, slackMiB);
  const contradicting = strays.filter((stray) => Math.abs(stray) > TOLERANCE);
  const [least, most] = [Math.min(0, ...contradicting), Math.max(0, ...contradicting)];
  const strayAbove = most === 0 ? 0 : most + FURTHER_ABOVE;
  if (strays.length === 0 || most > MOST_STRAY) return { tellsNeed: false, strayBelow: 0, strayAbove: 0 };
  if (contradicting.length <= strays.length * CONTRADICTING_SHARE)
    return { tellsNeed: true, strayBelow: 0, strayAbove };
  return -least <= MOST_STRAY && (least === 0 || most === 0)
    ? { tellsNeed: true, strayBelow: -least, strayAbove }
    : { tellsNeed: false, strayBelow: 0, strayAbove: 0 };
}

/**
 * For each run under a cap how far beside the replayed need its end puts the true one, as a share of that, below it
 * negative; 0 where it ended as the replay says. All of the device is a cap too, to a run that it was not enough for;
 * attention that slices may fail there and succeed with less.
 */
export function* straysUnderCaps(
  replay: Replay,
  observations: readonly Observation[],
  staticMiB: number,
  slackMiB: number,
): Steps<number[]> {
  const strays: number[] = [];
  for (const run of observations) {
    const { settings, outcome } = run;
    // Where a phase is not replayed, that may be what failed.
    if (outcome === 'oom' && (replay.networks.unlike ?? []).length > 0) return [];
    const capMiB = run.capMiB ?? (slicesToFit(replay.networks.scores) ? null : failedAtMiB(run, staticMiB));
    if (capMiB === null) continue;
    yield;
    const ownRoomMiB = run.roomMiB === null ? null : run.roomMiB - staticMiB;
    // Between the least that it runs with and what is always enough it may go either way.
    const strayFrom = (ownMiB: number): number => capMiB / (staticMiB + ownMiB) - 1;
    strays.push(
      outcome === 'ok'
        ? Math.min(0, strayFrom(leastReplayedNeed(replay, settings, slackMiB, ownRoomMiB)))
        : Math.max(0, strayFrom(highestReplayedNeed(replay, settings, slackMiB, ownRoomMiB).needMiB)),
    );
  }
  return strays;
}
