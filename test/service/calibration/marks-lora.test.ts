/** Whether a run with a LoRA counts as one without. */
import { expect, test } from '@jest/globals';
import { markRun } from '../../../service/calibration/marks.ts';
import type { Run } from '../../../service/recorder/run.ts';
import { exampleRun } from '../recorder/examples.ts';

const RANGE = { lowMiB: 4000, highMiB: 4600, firm: false, similar: false };

function marksOf(changes: Partial<Run>): Run['marks'] {
  const run = exampleRun({
    origin: 'ordinary',
    extras: ['lora: 2'],
    estimatedPeakMiB: 4300,
    estimatedPeakRange: RANGE,
    ...changes,
  });
  return markRun({ ...run, otherAfterMiB: null, rescued: false }, []).marks;
}

// Of the example 800 MiB are others'; torch reserved 3500.
const reserved = (mib: number) => ({ activePeakMiB: 3000, reservedPeakMiB: mib - 800, allocRetries: 0, ooms: 0 });

test('it does where it showed what was said of one without', () => {
  expect(marksOf({ torch: reserved(4300) })).toEqual([]);
  expect(marksOf({ torch: reserved(4600), devicePeakMiB: 4600 })).toEqual([]);
});

test.each<[string, Partial<Run>]>([
  ['it showed more', { torch: reserved(4700), devicePeakMiB: 4700 }],
  ['it showed less', { torch: reserved(3900), devicePeakMiB: 3900 }],
  ['nothing was said before', { torch: reserved(4300), estimatedPeakRange: null }],
  ['nothing was counted', { torch: null, devicePeakMiB: null }],
  ['something else took part', { torch: reserved(4300), extras: ['lora: 2', 'script ControlNet'] }],
  ['it was not merged into the weights', { torch: reserved(4300), extras: ['lora, not merged: 2'] }],
  ['what took part has no name', { torch: reserved(4300), extras: ['lora: 1', 'script !'] }],
])('it does not where %s', (_why, changes) => {
  expect(marksOf(changes)).toContain('extras');
});

test('out of memory it does: so it would be without', () => {
  expect(marksOf({ outcome: 'oom' })).toEqual([]);
});
