import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sameSlices, sliceOf } from '../../../service/allocator/slicing.ts';
import type { Slicing, SlicingOfHeads, SlicingOfRows } from '../../../service/program/program.ts';

/** 100 bytes of scores for each element, of which there are 12 in 128 rows; wanted three times over. */
const SCORES: SlicingOfRows = {
  unit: 0,
  bytes: 100,
  timesOver: 3,
  of: 'rows',
  rowsUnit: 1,
  evenly: false,
  mostSlices: 64,
};
const ELEMENTS = [12, 128];

describe("Doggettx's slices", () => {
  test.each([
    ['one where all fits', 3600, 1],
    ['two where a byte is missing', 3599, 2],
    ['two where half of it fits', 1800, 2],
    ['the next power of two otherwise', 1000, 4],
    ['as many as it ever makes', 3600 / 64, 64],
  ])('are %s', (_what, freeBytes, slices) => {
    const slice = sliceOf(SCORES, ELEMENTS, freeBytes);
    expect((slice?.of ?? 0) / (slice?.taken ?? 0)).toBe(slices);
    expect(slice?.isWhole).toBe(false);
  });

  test.each([3600 / 65, 0, -100])('are given up where %d bytes are free', (freeBytes) => {
    expect(sliceOf(SCORES, ELEMENTS, freeBytes)).toBeNull();
  });

  test('have whole rows: what is left over makes one more, smaller one', () => {
    expect(sliceOf(SCORES, [12, 9], 1000)).toEqual({ taken: 2, of: 9, isWhole: false });
    expect(sliceOf(SCORES, [12, 3], 1000)).toEqual({ taken: 1, of: 3, isWhole: false });
  });

  test('that must be of one size are not made where rows cannot be shared out', () => {
    const even = { ...SCORES, evenly: true };
    expect(sliceOf(even, [12, 12], 1000)).toEqual({ taken: 3, of: 12, isWhole: false });
    expect(sliceOf(even, [12, 12], 500)).toEqual({ taken: 1, of: 1, isWhole: true });
  });
});

const MIB = 1024 * 1024;
/** 1 MiB of scores for each element, of which there are 96; 8 heads in 3 pictures of 100 rows. */
const OF_HEADS: SlicingOfHeads = {
  unit: 0,
  bytes: MIB,
  timesOver: 3.3,
  of: 'heads',
  heads: 8,
  picturesUnit: 1,
  rowsUnit: 2,
};
const OF_24_HEADS = [96, 3, 100];

describe("InvokeAI's slices", () => {
  test.each([
    ['all heads where they fit', 3.3 * 96, 1, 1],
    ['half the heads where they do not', 3.3 * 95, 12, 24],
    ['a quarter from where half of all but a MiB is free', 3.3 * 47.5, 6, 24],
    ['as many whole heads as there are in one of 16 parts, or in one of 32 rows where heads are fewer', 3.3 * 6, 1, 24],
    ['rows of all heads where heads are too few', 3.3 * 5, 3, 100],
    ['one row at the least, however little is free', 0.001, 1, 100],
  ])('have %s', (_what, freeMiB, taken, of) => {
    expect(sliceOf(OF_HEADS, OF_24_HEADS, Math.ceil(freeMiB * MIB))).toEqual({ taken, of, isWhole: false });
  });

  test('are not made of less than a MiB, and given up only where nothing at all is free', () => {
    expect(sliceOf({ ...OF_HEADS, bytes: 1000 }, OF_24_HEADS, 0)).toEqual({ taken: 1, of: 1, isWhole: false });
    expect(sliceOf(OF_HEADS, OF_24_HEADS, 0)).toBeNull();
  });
});

describe('slices', () => {
  const bytes = fc.integer({ min: -200, max: 5000 });
  const anySlicing: fc.Arbitrary<readonly [Slicing, readonly number[], number]> = fc.constantFrom(
    [SCORES, ELEMENTS, 1],
    [{ ...SCORES, mostSlices: Infinity }, [12, 2 ** 20], 1],
    [OF_HEADS, [96, 64, 2 ** 20], 0.07 * MIB],
  );

  test('are the same in the whole range that is told, and others just outside', () => {
    fc.assert(
      fc.property(anySlicing, bytes, bytes, ([slicing, elements, scale], one, other) => {
        const [freeBytes, otherBytes] = [one, other].map((many) => Math.floor(many * scale)) as [number, number];
        const { fromBytes, upToBytes } = sameSlices(slicing, elements, freeBytes);
        const isInside = fromBytes <= otherBytes && otherBytes < upToBytes;
        const slices = [freeBytes, otherBytes].map((free) => sliceOf(slicing, elements, free));
        if (isInside) expect(slices[1]).toEqual(slices[0]);
        else if (otherBytes > 0) expect(slices[1]).not.toEqual(slices[0]);
      }),
      { numRuns: 2000 },
    );
  });

  test('change at the very ends of the range', () => {
    fc.assert(
      fc.property(fc.integer({ min: MIB, max: 400 * MIB }), (freeBytes) => {
        const { fromBytes, upToBytes } = sameSlices(OF_HEADS, [96, 64, 2 ** 20], freeBytes);
        const at = (free: number) => sliceOf(OF_HEADS, [96, 64, 2 ** 20], free);
        expect(at(fromBytes)).toEqual(at(freeBytes));
        if (fromBytes > 1) expect(at(fromBytes - 1)).not.toEqual(at(freeBytes));
        if (upToBytes === Infinity) return;
        expect(at(upToBytes - 1)).toEqual(at(freeBytes));
        expect(at(upToBytes)).not.toEqual(at(freeBytes));
      }),
    );
  });
});
