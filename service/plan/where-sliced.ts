import { workMpx } from '../model/geometry.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { Fit, Observation } from '../model/types.ts';
import { nextBetween } from './between.ts';
import { owedOf, owedOutward } from './owed.ts';
import { planSize } from './size.ts';
import { isSafe, nextCheck, nextSpreadOut } from './slices.ts';
import type { PlannedRun, PlanOptions } from './types.ts';
import { mostWorkMpx } from './work.ts';

/**
 * Share of the runs under caps that may be spent on which of the networks are at work: the others show whether their
 * replay is right at all.
 */
const BETWEEN_SHARE = 0.4;

function nextUnderCap(
  options: PlanOptions,
  model: Fit,
  observations: readonly Observation[],
  cappedSize: number,
): PlannedRun | null {
  const capped = observations.filter(({ capMiB }) => capMiB !== null).length;
  return (
    (capped < BETWEEN_SHARE * cappedSize ? nextBetween(options, model, observations) : null) ??
    nextCheck(options, model, observations)
  );
}

/** Where attention slices to fit: runs far from each other first, then those under caps. */
export function nextWhereSliced(
  options: PlanOptions,
  model: Fit,
  observations: readonly Observation[],
  open: readonly GenerationSettings[],
  uncappedSize: number,
): PlannedRun | null {
  const cappedSize = planSize(options) - uncappedSize;
  const check =
    cappedSize > 0 && observations.length >= uncappedSize
      ? nextUnderCap(options, model, observations, cappedSize)
      : null;
  if (check !== null) return check;
  const mostMpx = mostWorkMpx(observations);
  const isWithin = (one: GenerationSettings): boolean => workMpx(one) <= mostMpx && isSafe(options, model, one);
  const outward = owedOutward(options, model, owedOf(options, observations, uncappedSize), open, isWithin);
  const settings = nextSpreadOut(options, model, observations, outward.length > 0 ? outward : open, mostMpx);
  if (settings !== null) return { settings, capMiB: null };
  return cappedSize === 0 ? null : nextCheck(options, model, observations);
}
