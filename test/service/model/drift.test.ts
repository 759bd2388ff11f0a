import { describe, expect, test } from '@jest/globals';
import { driftOf, type EstimatedRun } from '../../../service/model/drift.ts';

const run = (measuredMiB: number): EstimatedRun => ({
  estimated: { valueMiB: 5000, lowMiB: 4900, highMiB: 5100 },
  measuredMiB,
});

describe('drift', () => {
  test('five runs in a row above their intervals are a drift, with its mean', () => {
    expect(driftOf([run(5000), run(6200), run(6200), run(6200), run(6200), run(6200)])).toEqual({
      direction: 'above',
      meanMiB: 1200,
    });
  });

  test('five runs in a row below their intervals are a drift downwards', () => {
    expect(driftOf([1, 2, 3, 4, 5].map(() => run(4500)))).toEqual({ direction: 'below', meanMiB: -500 });
  });

  test.each([
    ['four are not enough', [6200, 6200, 6200, 6200]],
    ['one inside breaks the row', [6200, 6200, 5000, 6200, 6200]],
    ['on both sides is noise, not drift', [6200, 4500, 6200, 4500, 6200]],
    ['on the bound is inside', [6200, 6200, 6200, 6200, 5100]],
  ])('%s', (_, measured) => {
    expect(driftOf(measured.map(run))).toBeNull();
  });
});
