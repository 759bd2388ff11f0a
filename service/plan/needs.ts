import { highestReplayedNeed, replayedNeed } from '../model/replay/need.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { hasFailed } from './alike.ts';
import type { Belief, PlanOptions } from './types.ts';

/** A run is made where so much more than the most that it may need is there. */
const SAFETY = 1.05;

/** Squares without hires fix: shape and hires fix put no other work to a network. */
export function isPlain({ width, height, hires }: GenerationSettings): boolean {
  return hires === null && width === height;
}

/** Of the process, weights included. */
export function needOf({ replay, staticMiB, slackMiB }: Belief, settings: GenerationSettings): number {
  return staticMiB + replayedNeed(replay, settings, slackMiB).needMiB;
}

/** The phase that rules what is required. */
export function rulingPhase({ replay, slackMiB }: Belief, settings: GenerationSettings): string {
  return replayedNeed(replay, settings, slackMiB).phase;
}

/** Whether any of the networks that may be meant leaves room enough. */
export function isSafe(
  { limitMiB }: PlanOptions,
  { replay, staticMiB, slackMiB }: Belief,
  settings: GenerationSettings,
): boolean {
  return (
    limitMiB === null ||
    [replay, ...replay.rivals].every(
      (one) => staticMiB + SAFETY * highestReplayedNeed(one, settings, slackMiB).needMiB <= limitMiB,
    )
  );
}

/** Of the plain ones the one that needs the most of those that are safe. */
export function largestWithin(
  options: PlanOptions,
  belief: Belief,
  among: readonly GenerationSettings[],
): { readonly settings: GenerationSettings; readonly needMiB: number } | null {
  return (
    among
      .filter((settings) => isPlain(settings) && !hasFailed(options, settings))
      .map((settings) => ({ settings, needMiB: needOf(belief, settings) }))
      .sort((a, b) => b.needMiB - a.needMiB)
      .find(({ settings }) => isSafe(options, belief, settings)) ?? null
  );
}
