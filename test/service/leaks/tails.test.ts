import { describe, expect, test } from '@jest/globals';
import { kendallTail } from '../../../service/leaks/kendall.ts';
import { studentTail } from '../../../service/leaks/student.ts';

describe('Kendall’s test', () => {
  test.each([
    [[1, 2, 3, 4], 1 / 24],
    [[1, 2, 4, 3], 4 / 24],
    [[4, 3, 2, 1], 1],
    // Of ten figures, S = 29 (Kendall’s table).
    [[3, 1, 2, 6, 5, 4, 9, 8, 7, 10], 0.0046],
  ])('gives for %j the share of orders that rise as much: %d', (figures, tail) => {
    expect(kendallTail(figures)).toBeCloseTo(tail, 4);
  });

  test('is as sure of no figure that differs as of none', () => {
    expect(kendallTail([5, 5, 5, 5, 5])).toBeGreaterThan(0.5);
  });
});

describe('Student’s tail', () => {
  test.each([
    [1, 1, 0.25],
    [2.776, 4, 0.025],
    [3.707, 6, 0.005],
    [2.365, 7, 0.025],
    [0, 9, 0.5],
    [-2.365, 7, 0.975],
  ])('is, at t = %d with %d degrees of freedom, %d as in the tables', (t, degrees, tail) => {
    expect(studentTail(t, degrees)).toBeCloseTo(tail, 4);
  });
});
