import { workMpx } from './geometry.ts';
import { isExact } from './rows.ts';
import type { Networks } from '../networks/networks.ts';
import type { Observation } from './types.ts';

/** Where the host does not know its weights: the line through the smallest and the largest run, at no area. */
export function guessStaticMiB(observations: readonly Observation[]): number {
  const points = observations
    .filter((run) => run.capMiB === null && isExact(run))
    .flatMap((run) => {
      const totalMiB = run.activePeakMiB ?? run.reservedPeakMiB;
      return totalMiB === null ? [] : [{ area: workMpx(run.settings), totalMiB }];
    });
  const leastMiB = points.reduce((least, point) => Math.min(least, point.totalMiB), Infinity);
  if (!Number.isFinite(leastMiB)) return 0;
  const small = points.reduce((a, b) => (b.area < a.area ? b : a));
  const large = points.reduce((a, b) => (b.area > a.area ? b : a));
  if (large.area <= small.area) return 0;
  const slope = (large.totalMiB - small.totalMiB) / (large.area - small.area);
  return Math.max(0, Math.min(leastMiB, small.totalMiB - slope * small.area));
}

/** The least that any run found: before some, a cache was not empty yet. Null where none counted it. */
export function slackOf(observations: readonly Observation[]): number | null {
  const known = observations.flatMap(({ idleSlackMiB }) => idleSlackMiB ?? []);
  return known.length === 0 ? null : known.reduce((least, slackMiB) => Math.min(least, slackMiB));
}

/**
 * What lies free at idle in the segments of the weights is lost to the large tensors of a network. Weights that come
 * and go are small enough to fill it, and most of it is replayed with them.
 */
export function lostMiB({ resident }: Pick<Networks, 'resident'>, slackMiB: number): number {
  return resident === 'all' ? slackMiB : 0;
}
