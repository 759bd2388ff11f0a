/** Which tensor an allocation was, against those that were recorded. */
import { describe, expect, test } from '@jest/globals';
import { judgeTensors, type Judged } from '../../../benchmarks/explain/tensors.ts';

const share = (all: readonly Judged[], is: (one: Judged) => boolean): number => all.filter(is).length / all.length;

describe('with the settings known 97 % are among those named, and none is named for certain and wrong', () => {
  test.each([
    ['size alone', 0.65, 0.75],
    ['size and traceback', 0.9, 0.95],
    ['size, traceback and what was allocated', 0.94, 0.99],
  ] as const)('by %s', (known, leastFirst, leastFirstOfLarge) => {
    const all = judgeTensors(known);
    const large = all.filter(({ isLarge }) => isLarge);
    expect([all.length > 600, large.length > 150]).toEqual([true, true]);
    expect(share(all, ({ amongNamed }) => amongNamed)).toBeGreaterThanOrEqual(0.97);
    expect(share(all, ({ wrongForCertain }) => wrongForCertain)).toBe(0);
    expect(share(all, ({ firstRight }) => firstRight)).toBeGreaterThanOrEqual(leastFirst);
    expect(share(large, ({ firstRight }) => firstRight)).toBeGreaterThanOrEqual(leastFirstOfLarge);
  });
});
