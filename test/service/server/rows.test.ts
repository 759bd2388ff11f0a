import { describe, expect, test } from '@jest/globals';
import { rowsOf } from '../../../service/server/rows.ts';
import { exampleRun } from '../recorder/examples.ts';

describe('a row of the table of runs', () => {
  test('measures a card by what the device showed', () => {
    expect(rowsOf([exampleRun({ devicePeakMiB: 4300 })])[0]?.devicePeakMiB).toBe(4300);
  });

  test('measures a process by its own peak: what others did meanwhile is not the run\'s', () => {
    const baseline = { deviceUsedMiB: 3300, otherMiB: 2300, torch: null };
    expect(rowsOf([exampleRun({ baseline, torch: null, devicePeakMiB: 9000, ownPeakMiB: 1400 })])[0]?.devicePeakMiB).toBe(3700);
  });
});
