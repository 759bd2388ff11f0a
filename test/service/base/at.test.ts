import { expect, test } from '@jest/globals';
import { at } from '../../../service/base/at.ts';

test('an element that is there is given, also one that is zero or undefined', () => {
  expect(at([0, 5], 0)).toBe(0);
  expect(at([undefined], 0)).toBeUndefined();
  expect(at(Float64Array.of(1, 2), 1)).toBe(2);
});

test('an element that is not there is a bug, which throws', () => {
  expect(() => at([1, 2], 2)).toThrow(RangeError);
  expect(() => at([1, 2], -1)).toThrow(RangeError);
  expect(() => at([1, 2], Number.NaN)).toThrow(RangeError);
  expect(() => at([], 0)).toThrow(RangeError);
});
