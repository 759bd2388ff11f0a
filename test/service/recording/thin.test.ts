import { expect, test } from '@jest/globals';
import { isWorthKeeping } from '../../../service/recording/thin.ts';
import { sample } from './examples.ts';

const KEPT = sample(1000, 700);

test.each<[string, Parameters<typeof sample>, boolean]>([
  ['the same figures within a second', [1900, 700], false],
  ['the same figures after a second', [2000, 700], true],
  ['a device that moved', [1100, 701], true],
  ['a device that is not read any more', [1100, null], true],
  ['RAM that wavers', [1100, 700, { residentMiB: 996 }], false],
  ['RAM that fell', [1100, 700, { residentMiB: 900 }], true],
  ['more RAM than ever', [1100, 700, { residentMiB: 1001 }], true],
  ['another process', [1100, 700, { processes: 2 }], true],
])('of samples %s is kept or not', (_what, args, isKept) => {
  expect(isWorthKeeping(KEPT, sample(...args), 1000)).toBe(isKept);
});

test('the first sample is kept', () => {
  expect(isWorthKeeping(null, KEPT, 0)).toBe(true);
});
