import { describe, expect, test } from '@jest/globals';
import { topMiB } from '../../../frontend-js/tab/memory-range.ts';

describe('the top of a plot of memory', () => {
  test('shows the total with some room above it', () => {
    expect(topMiB(5000, 8192)).toBeCloseTo(8192 * 1.05);
  });

  test('follows curves beyond the total, but not far', () => {
    expect(topMiB(9000, 8192)).toBeCloseTo(9000 * 1.05);
    expect(topMiB(90_000, 8192)).toBeCloseTo(8192 * 1.25);
  });

  test('follows the curves alone where they would be flat lines at the foot of a large total, or none is known', () => {
    expect(topMiB(2000, 24_000)).toBeCloseTo(2100);
    expect(topMiB(2000, null)).toBeCloseTo(2100);
  });
});
