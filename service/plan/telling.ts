/** Small runs that tell apart the networks and laws that a set-up may have: a probe is made of nothing else. */
import { at } from '../base/at.ts';
import { workMpx } from '../model/geometry.ts';
import { replayedMiB } from '../model/reserved.ts';
import { activePeakMiB } from '../model/replay/peaks.ts';
import type { Observation, Replay } from '../model/types.ts';
import { stageGroups } from '../operations/registry.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { openOf } from './alike.ts';
import { candidates } from './candidates.ts';
import { isPlain, isSafe } from './needs.ts';
import { hashUnit } from './random.ts';
import { distanceOf } from './slices.ts';
import type { Belief, PlanOptions } from './types.ts';

/** Two points hold scale and offset; what is open of laws and kernels one or two settle. */
export const PROBE_RUNS = 2;
/** Two sampling steps and a decode of so much take some 3 s on a card in the middle of the range. */
const MOST_WORK_MPX = 1;
/** In doublings: nothing small is farther apart. */
const MOST_AWAY = 10;
/** Of the total: counters are exact, and a host strays from its replay by less. */
const TOLD_APART_SHARE = 0.003;

export function isSmall(settings: GenerationSettings): boolean {
  return workMpx(settings) <= MOST_WORK_MPX;
}

/** Where it is worth looking: small enough, and nothing like it was run, or could not be. */
export function tellingWithin(options: PlanOptions, observations: readonly Observation[]): GenerationSettings[] {
  return openOf(options, observations, candidates(options).filter(isSmall));
}

/**
 * The run that tells the most pairs apart of those that may be meant; of equals one that is large, for there whole
 * segments blur little, and far from what was run.
 */
export function nextTelling(
  options: PlanOptions,
  belief: Belief,
  ran: readonly Observation[],
): GenerationSettings | null {
  const { replay, staticMiB } = belief;
  const replays = [replay, ...replay.rivals];
  const [best] = tellingWithin(options, ran)
    .filter((settings) => isPlain(settings) && isSafe(options, belief, settings))
    .map((settings) => ({
      settings,
      pairs: pairsToldApart(replays, settings, staticMiB),
      away: workMpx(settings) * Math.min(...ran.map((run) => distanceOf(settings, run.settings)), MOST_AWAY),
    }))
    .sort(
      (a, b) =>
        b.pairs - a.pairs ||
        b.away * (1 + 0.05 * hashUnit(options.seed, JSON.stringify(b.settings))) -
          a.away * (1 + 0.05 * hashUnit(options.seed, JSON.stringify(a.settings))),
    );
  return best?.settings ?? null;
}

/** By what a host counts: each phase's active bytes, and the reserved ones of all. */
function pairsToldApart(replays: readonly Replay[], settings: GenerationSettings, staticMiB: number): number {
  const phases = [
    ...new Set(
      stageGroups(settings)
        .flat()
        .map(({ phase }) => phase),
    ),
  ];
  const figures = replays.map((one) => [
    ...phases.map((phase) => activePeakMiB(one.networks, settings, new Set([phase]))),
    replayedMiB(one, settings, Infinity),
  ]);
  const differ = (a: readonly number[], b: readonly number[]): boolean =>
    a.some((mib, i) => Math.abs(mib - at(b, i)) > TOLD_APART_SHARE * (staticMiB + mib));
  return figures.reduce((sum, one, i) => sum + figures.slice(i + 1).filter((other) => differ(one, other)).length, 0);
}
