import type { GenerationSettings } from '../protocol/settings.ts';
import { NEED_STEP } from '../allocator/least.ts';
import { replayedNeed } from '../model/replay/need.ts';
import { isExact } from '../model/rows.ts';
import type { Fit, Observation } from '../model/types.ts';
import { candidates } from './candidates.ts';
import type { PlannedRun, PlanOptions } from './types.ts';

interface Gap {
  readonly planned: PlannedRun;
  readonly share: number;
}

/**
 * A run under a cap midway between what two networks need that both explain the peaks, where that is furthest apart:
 * its end speaks for one of them.
 */
export function nextBetween(
  options: PlanOptions,
  { replay, staticMiB, slackMiB }: Fit,
  observations: readonly Observation[],
): PlannedRun | null {
  if (replay === null || replay.rivals.length === 0) return null;
  const { limitMiB } = options;
  const roomMiB = limitMiB === null ? null : limitMiB - staticMiB;
  // Operations that put the same networks to the same work would say the same again, so of which settings a cap was
  // does not matter.
  const isAnswered = (aMiB: number, bMiB: number): boolean =>
    observations.some(
      ({ capMiB }) => capMiB !== null && capMiB > Math.min(aMiB, bMiB) && capMiB < Math.max(aMiB, bMiB),
    );
  const ran = observations.filter((run) => run.capMiB === null && isExact(run)).map(({ settings }) => settings);
  const gaps = [...ran, ...largeBatches(options)].flatMap((settings) => {
    const needsMiB = [replay, ...replay.rivals].map(
      (one) => staticMiB + replayedNeed(one, settings, slackMiB, roomMiB).needMiB,
    );
    const [ownMiB = 0] = needsMiB;
    return needsMiB.slice(1).flatMap((otherMiB): Gap[] => {
      const share = Math.abs(ownMiB - otherMiB) / ownMiB;
      const capMiB = Math.round((ownMiB + otherMiB) / 2);
      if (share < NEED_STEP || capMiB > (limitMiB ?? Infinity) || isAnswered(ownMiB, otherMiB)) return [];
      return [{ planned: { settings, capMiB }, share }];
    });
  });
  return (
    gaps.reduce<Gap | null>((widest, gap) => (widest !== null && widest.share >= gap.share ? widest : gap), null)
      ?.planned ?? null
  );
}

/** Squares of the largest batch: sampling rules in them, and a cap keeps those safe that were never run. */
function largeBatches(options: PlanOptions): GenerationSettings[] {
  return candidates(options).filter(
    ({ width, height, batchSize, hires }) => hires === null && width === height && batchSize >= options.maxBatchSize,
  );
}
