/** Runs as they would have been with what is on the card now. */
import type { Observation } from '../model/types.ts';
import type { KnownTraits } from '../protocol/host.ts';

/** Conditioning caches and the like; what is less is no network. */
const LEAST_MIB = 64;

/**
 * What stays on the card beside the checkpoint's networks (ControlNet's own, another checkpoint) is a part of the
 * weights once it has outlived a collection: runs of before it came stood on less, by which all their figures are
 * lower. Of runs that stood on more see `withoutLeftBehind`.
 */
export function onWeights(
  observations: readonly Observation[],
  { staticMiB, resident = 'all' }: KnownTraits,
): Observation[] {
  if (staticMiB === null || resident !== 'all') return [...observations];
  return observations.map((run) => {
    const moreMiB = run.activePeakMiB === null || run.heldMiB === null ? 0 : staticMiB - run.heldMiB;
    // With less than half of it the checkpoint itself was in RAM, and came within the run.
    return moreMiB < LEAST_MIB || moreMiB > (run.heldMiB ?? 0) + LEAST_MIB ? run : raised(run, moreMiB);
  });
}

function raised(run: Observation, moreMiB: number): Observation {
  const plus = (mib: number | null): number | null => (mib === null ? null : mib + moreMiB);
  return {
    ...run,
    capMiB: plus(run.capMiB),
    activePeakMiB: plus(run.activePeakMiB),
    reservedPeakMiB: plus(run.reservedPeakMiB),
    phases:
      run.phases?.map((one) => ({
        ...one,
        activePeakMiB: one.activePeakMiB + moreMiB,
        reservedPeakMiB: one.reservedPeakMiB + moreMiB,
      })) ?? null,
    roomMiB: plus(run.roomMiB),
    heldMiB: plus(run.heldMiB),
  };
}
