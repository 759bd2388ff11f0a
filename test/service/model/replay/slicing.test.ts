import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sameSlices, slicesOf } from '../../../../service/model/replay/slicing.ts';
import type { Slicing } from '../../../../service/model/replay/tape.ts';

/** 100 bytes of scores for each element, of which there are 12 in 12 rows; wanted three times over. */
const SCORES: Slicing = { unit: 0, bytes: 100, timesOver: 3, evenRowsUnit: null, mostSlices: 64 };
const ELEMENTS = [12, 12];

describe('slices', () => {
  test.each([
    ['one where all fits', 3600, 1],
    ['two where a byte is missing', 3599, 2],
    ['two where half of it fits', 1800, 2],
    ['the next power of two otherwise', 1000, 4],
    ['as many as it ever makes', 3600 / 64, 64],
  ])('are %s', (_what, freeBytes, slices) => {
    expect(slicesOf(SCORES, ELEMENTS, freeBytes)).toEqual({ slices, isWhole: false });
  });

  test.each([3600 / 65, 0, -100])('are given up where %d bytes are free', (freeBytes) => {
    expect(slicesOf(SCORES, ELEMENTS, freeBytes)).toBeNull();
  });

  test('that must be of one size are not made where rows cannot be shared out', () => {
    const even = { ...SCORES, evenRowsUnit: 1 };
    expect(slicesOf(even, ELEMENTS, 1000)).toEqual({ slices: 4, isWhole: false });
    expect(slicesOf(even, ELEMENTS, 500)).toEqual({ slices: 1, isWhole: true });
  });

  test('are the same in the whole range that is told, and others just outside', () => {
    const bytes = fc.integer({ min: -200, max: 5000 });
    fc.assert(
      fc.property(fc.constantFrom(64, Infinity), bytes, bytes, (mostSlices, freeBytes, otherBytes) => {
        const slicing = { ...SCORES, mostSlices };
        const { fromBytes, upToBytes } = sameSlices(slicing, ELEMENTS, freeBytes);
        const isInside = fromBytes <= otherBytes && otherBytes < upToBytes;
        if (isInside) expect(slicesOf(slicing, ELEMENTS, otherBytes)).toEqual(slicesOf(slicing, ELEMENTS, freeBytes));
        else if (otherBytes > 0)
          expect(slicesOf(slicing, ELEMENTS, otherBytes)).not.toEqual(slicesOf(slicing, ELEMENTS, freeBytes));
      }),
    );
  });
});
