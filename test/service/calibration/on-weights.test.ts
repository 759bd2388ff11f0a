import { expect, test } from '@jest/globals';
import { observationOf } from '../../../service/calibration/observations.ts';
import { onWeights } from '../../../service/calibration/on-weights.ts';
import type { KnownTraits } from '../../../service/protocol/host.ts';
import { exampleRun } from '../recorder/examples.ts';

// Of the example 2400 MiB were there before the run.
const RUN = observationOf(exampleRun({ capMiB: 6000 }));
if (RUN === null) throw new Error('a run that tells');
const traits = (staticMiB: number | null, resident: KnownTraits['resident'] = 'all'): KnownTraits => ({
  attention: 'fused',
  condUncondBatched: true,
  decodesBatch: false,
  staticMiB,
  resident,
});

test('a run that stood on less than is there now is as if it had stood on that: all its figures are higher', () => {
  const [now] = onWeights([RUN], traits(3100));
  expect(now).toMatchObject({
    capMiB: 6700,
    activePeakMiB: 3700,
    reservedPeakMiB: 4200,
    phases: [{ phase: 'sampling', activePeakMiB: 3700, reservedPeakMiB: 4200 }],
    roomMiB: 8092,
    heldMiB: 3100,
    idleSlackMiB: RUN.idleSlackMiB,
  });
});

test.each<[string, KnownTraits]>([
  ['it stood on as much, but for caches of a few MiB', traits(2440)],
  ['it stood on more', traits(2000)],
  ['less than half was there: the checkpoint was in RAM, and came within the run', traits(6000)],
  ['networks come and go', traits(3100, 'network')],
  ['nothing is counted now', traits(null)],
])('it is as it was where %s', (_why, now) => {
  expect(onWeights([RUN], now)).toEqual([RUN]);
});

test('nor is a process, which tells its memory otherwise', () => {
  const process = { ...RUN, activePeakMiB: null };
  expect(onWeights([process], traits(3100))).toEqual([process]);
});
