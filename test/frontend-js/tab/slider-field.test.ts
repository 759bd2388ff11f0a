import { expect, test } from '@jest/globals';
import { snap } from '../../../frontend-js/tab/slider-field.ts';

const size = { min: 256, max: 2048, step: 64 };

test.each([
  [1000, 1024],
  [0, 256],
  [99_999, 2048],
  [Number.NaN, 256],
  [287, 256],
])('a typed size of %p becomes %p', (typed, expected) => {
  expect(snap(typed, size)).toBe(expected);
});
