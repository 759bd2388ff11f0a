import { replayedNeed, TOLERANCE } from '../model/replay/need.ts';
import { workMpx } from '../model/geometry.ts';
import { isExact } from '../model/rows.ts';
import type { Observation } from '../model/types.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { hasFailed } from './alike.ts';
import { candidates } from './candidates.ts';
import { isPlain, isSafe, rulingPhase } from './needs.ts';
import type { Belief, PlannedRun, PlanOptions } from './types.ts';

/** Caps are set this far beside the replayed need: an answer on the other side says that the replay is wrong. */
const BESIDE = 1.5 * TOLERANCE;
/** Enough for the networks' share of the total to show; more only takes time. */
const USUAL_WORK_MPX = 2;

export interface Check {
  readonly planned: PlannedRun;
  readonly isMade: boolean;
}

/** A run under a cap, as a share of what the replay says is required under one. */
interface End {
  readonly phase: string;
  readonly share: number;
  readonly outcome: Observation['outcome'];
}

/**
 * Runs under caps just above and just below what the replay says is required, in each phase that rules it. Above it
 * they must succeed, or what is said to fit does not; below it they must fail, or what is said not to fit does: where
 * one succeeds, the next is asked for as far below that, until it is known how far the need lies beside the replay.
 */
export function checksOf(options: PlanOptions, belief: Belief, observations: readonly Observation[]): Check[] {
  const ends = observations.flatMap(({ settings, capMiB, outcome }): End[] => {
    const phase = rulingPhase(belief, settings);
    return capMiB === null ? [] : [{ phase, share: capMiB / needUnderCap(options, belief, settings), outcome }];
  });
  return [...placesByPhase(options, belief, observations)].flatMap(([phase, settings]) => {
    const own = ends.filter((end) => end.phase === phase);
    const below = own.filter(({ share }) => share < 1);
    const leastShare = Math.min(1, ...below.filter(({ outcome }) => outcome === 'ok').map(({ share }) => share));
    const at = (share: number): PlannedRun => ({
      settings,
      capMiB: Math.round(share * needUnderCap(options, belief, settings)),
    });
    return [
      { planned: at(1 + BESIDE), isMade: own.length > below.length },
      { planned: at(leastShare - BESIDE), isMade: below.some(({ outcome }) => outcome === 'oom') },
    ];
  });
}

/** A run under less than the replay says is required. */
export function isBelow(options: PlanOptions, belief: Belief, { settings, capMiB }: Observation): boolean {
  return capMiB !== null && capMiB < needUnderCap(options, belief, settings);
}

/** Of the process, weights included: the least cap on this device. */
function needUnderCap({ limitMiB }: PlanOptions, belief: Belief, settings: GenerationSettings): number {
  const { replay, staticMiB, slackMiB } = belief;
  const roomMiB = limitMiB === null ? null : limitMiB - staticMiB;
  return staticMiB + replayedNeed(replay, settings, slackMiB, roomMiB).needMiB;
}

/** For each phase that rules where one may ask, settings where it does: such as were run, where there are any. */
function placesByPhase(
  options: PlanOptions,
  belief: Belief,
  observations: readonly Observation[],
): Map<string, GenerationSettings> {
  const ran = observations
    .filter((run) => run.capMiB === null && isExact(run))
    .map(({ settings }) => settings)
    .filter((settings) => isPlain(settings) && options.operations.includes(settings.operation));
  const asked = candidates(options).filter((settings) => isPlain(settings) && isSafe(options, belief, settings));
  const places = new Map<string, GenerationSettings>();
  for (const settings of [...ran.sort(byUse), ...asked.sort(byUse)]) {
    const phase = rulingPhase(belief, settings);
    if (!places.has(phase) && !hasFailed(options, settings)) places.set(phase, settings);
  }
  return places;
}

/** Nearest to the usual work first. */
function byUse(a: GenerationSettings, b: GenerationSettings): number {
  const away = (settings: GenerationSettings): number => Math.abs(Math.log(workMpx(settings) / USUAL_WORK_MPX));
  return away(a) - away(b);
}
