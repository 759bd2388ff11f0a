import { describe, expect, test } from '@jest/globals';
import { markRun } from '../../../service/calibration/marks.ts';
import type { Run } from '../../../service/recorder/run.ts';
import { settingsOf } from '../model/synthetic-host.ts';
import { exampleRun } from '../recorder/examples.ts';

const timed = (batch: number, durationMs: number) =>
  exampleRun({ settings: settingsOf('txt2img', 1000, 1000, batch), durationMs });
const EARLIER = [1, 2, 3, 4, 5].map((batch) => timed(batch, 1000 * batch));
const FULL = { torch: { activePeakMiB: 5000, reservedPeakMiB: 7200, allocRetries: 0, ooms: 0 } };

const markSpilled = (run: Run, earlier: readonly Run[]) =>
  markRun({ ...run, otherAfterMiB: run.baseline.otherMiB, rescued: false }, earlier);

describe('a run on a card that is full', () => {
  test('is spilled where it took three times as long as those before it say', () => {
    expect(markSpilled({ ...timed(6, 18_500), ...FULL }, EARLIER).marks).toEqual(['spilled']);
  });

  test('is not, where it took its time', () => {
    expect(markSpilled({ ...timed(6, 9000), ...FULL }, EARLIER).marks).toEqual([]);
  });

  test('is not judged by fewer than five runs, nor by marked ones', () => {
    expect(markSpilled({ ...timed(6, 18_500), ...FULL }, EARLIER.slice(1)).marks).toEqual([]);
    const disturbed = EARLIER.map((run) => ({ ...run, marks: ['disturbed' as const] }));
    expect(markSpilled({ ...timed(6, 18_500), ...FULL }, disturbed).marks).toEqual([]);
  });
});

test('a slow run on a card with room is no spill', () => {
  expect(markSpilled(timed(6, 60_000), EARLIER).marks).toEqual([]);
});

test('an ordinary generation has steps of its own, so its time tells nothing', () => {
  expect(markSpilled({ ...timed(6, 60_000), ...FULL, origin: 'ordinary' }, EARLIER).marks).toEqual([]);
});
