import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nnls } from '../../../service/model/nnls.ts';

const cell = fc.integer({ min: -20, max: 20 }).map((value) => value / 7);

describe('non-negative least squares', () => {
  test('an exact non-negative solution is found', () => {
    const rows = [
      [1, 2],
      [1, 3],
      [1, 5],
    ];
    const x = nnls(rows, [5, 7, 11], 2, []);
    expect(x[0]).toBeCloseTo(1, 6);
    expect(x[1]).toBeCloseTo(2, 6);
  });

  test('a coefficient that would be negative becomes zero', () => {
    expect(
      nnls(
        [
          [1, 1],
          [1, 2],
        ],
        [2, 1],
        2,
        [],
      )[1],
    ).toBe(0);
  });

  test('a column of zeros gets zero and identical columns stay finite', () => {
    const x = nnls(
      [
        [0, 1, 1],
        [0, 2, 2],
      ],
      [2, 4],
      3,
      [],
    );
    expect(x[0]).toBe(0);
    expect((x[1] ?? 0) + (x[2] ?? 0)).toBeCloseTo(2, 6);
  });

  test('the optimality conditions hold on any system, whatever the guess', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(cell, { minLength: 4, maxLength: 4 }), cell), { minLength: 5, maxLength: 12 }),
        fc.array(fc.constantFrom(0, 1), { minLength: 4, maxLength: 4 }),
        (system, guess) => {
          const rows = system.map(([row]) => row);
          const target = system.map(([, value]) => value);
          const x = nnls(rows, target, 4, guess);
          const residuals = rows.map(
            (row, k) => row.reduce((sum, value, j) => sum + value * (x[j] ?? 0), 0) - (target[k] ?? 0),
          );
          for (let j = 0; j < 4; j += 1) {
            const gradient = rows.reduce((sum, row, k) => sum + (row[j] ?? 0) * (residuals[k] ?? 0), 0);
            expect(x[j]).toBeGreaterThanOrEqual(0);
            expect(gradient).toBeGreaterThan(-1e-4);
            expect(Math.abs(gradient * (x[j] ?? 0))).toBeLessThan(1e-3);
          }
        },
      ),
    );
  });
});
