import { describe, expect, test } from '@jest/globals';
import { smallestCap } from '../../../benchmarks/gpu/bisect.ts';

const runThatNeeds = (needMiB: number) => (capMiB: number) => Promise.resolve(capMiB >= needMiB);

describe('search for the smallest cap', () => {
  test.each([2600, 2100.5, 3999])('a need of %d MiB between active and reserved is found to 1 %%', async (needMiB) => {
    const { enoughMiB, tooLittleMiB } = await smallestCap(2000, 4000, 0.01, runThatNeeds(needMiB));
    expect(enoughMiB).toBeGreaterThanOrEqual(needMiB);
    expect(enoughMiB).toBeLessThanOrEqual(needMiB * 1.011);
    expect(tooLittleMiB ?? 0).toBeLessThan(needMiB);
  });

  test('a need below the floor ends just above the floor, and says that nothing was too little', async () => {
    const found = await smallestCap(2000, 4000, 0.01, runThatNeeds(1500));
    expect(found.enoughMiB).toBeLessThanOrEqual(2000 * 1.011);
    expect(found.tooLittleMiB).toBeNull();
  });

  test('figures that are one already cost no run', async () => {
    expect(await smallestCap(2000, 2010, 0.01, runThatNeeds(2005))).toEqual({
      enoughMiB: 2010,
      tooLittleMiB: null,
      tries: 0,
    });
  });
});
