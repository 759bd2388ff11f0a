import { DISTURBED_MIB } from '../recorder/run.ts';
import type { Run } from '../recorder/run.ts';

type Mib = number | null | undefined;

/**
 * Which figures of a run cannot both be true; null where there are none. Only what no sidecar writes: times may run
 * backwards where a clock is set, torch's peak and what is others' may exceed the total where a driver spills, and a
 * reading of others' may be older than its neighbours.
 */
export function contradictionIn(run: Run): string | null {
  for (const name of ['totalMiB', 'usableMiB'] as const) {
    const mib = run[name];
    if (mib !== null && mib < 1) return `run.${name}: less than 1 MiB, which no device has`;
  }
  for (const [low, lowMiB, high, highMiB] of inOrder(run)) {
    if (typeof lowMiB === 'number' && typeof highMiB === 'number' && lowMiB > highMiB)
      return `run.${low}: above run.${high}`;
  }
  return null;
}

/** Two figures each, with their names, of which the first is never above the second. */
function* inOrder({
  baseline,
  torch,
  phases,
  totalMiB,
  usableMiB,
  devicePeakMiB,
  ownPeakMiB,
  estimatedPeakRange,
}: Run): Generator<readonly [string, Mib, string, Mib]> {
  yield ['usableMiB', usableMiB, 'totalMiB', totalMiB];
  // The RAM of a virtual machine may shrink during a run; a card's memory does not, but its figures may be rounded
  // apart.
  if (ownPeakMiB === null && totalMiB !== null) {
    const mostMiB = totalMiB + DISTURBED_MIB;
    yield ['devicePeakMiB', devicePeakMiB, 'totalMiB', mostMiB];
    yield ['baseline.deviceUsedMiB', baseline.deviceUsedMiB, 'totalMiB', mostMiB];
    yield ['baseline.otherMiB', baseline.otherMiB, 'totalMiB', mostMiB];
  }
  yield [
    'estimatedPeakRange.lowMiB',
    estimatedPeakRange?.lowMiB,
    'estimatedPeakRange.highMiB',
    estimatedPeakRange?.highMiB,
  ];
  yield [
    'baseline.torch.allocatedMiB',
    baseline.torch?.allocatedMiB,
    'baseline.torch.reservedMiB',
    baseline.torch?.reservedMiB,
  ];
  yield ['torch.activePeakMiB', torch?.activePeakMiB, 'torch.reservedPeakMiB', torch?.reservedPeakMiB];
  for (const [at, phase] of phases.entries()) {
    yield [`phases.${at}.activePeakMiB`, phase.activePeakMiB, `phases.${at}.reservedPeakMiB`, phase.reservedPeakMiB];
    yield [`phases.${at}.activePeakMiB`, phase.activePeakMiB, 'torch.activePeakMiB', torch?.activePeakMiB];
    yield [`phases.${at}.reservedPeakMiB`, phase.reservedPeakMiB, 'torch.reservedPeakMiB', torch?.reservedPeakMiB];
  }
}
