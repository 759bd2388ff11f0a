import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';
import { solved } from '../../../service/model/linear-solve.ts';

const value = fc.integer({ min: -1000, max: 1000 }).map((number) => number / 7);
const systems = fc.integer({ min: 1, max: 9 }).chain((n) =>
  fc.record({
    matrix: fc.array(fc.array(value, { minLength: n, maxLength: n }), { minLength: n, maxLength: n }),
    target: fc.array(value, { minLength: n, maxLength: n }),
  }),
);

function orNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

describe('a system of linear equations', () => {
  test('has the solution of ml-matrix, to the last bit', () => {
    fc.assert(
      fc.property(systems, ({ matrix, target }) => {
        const expected = orNull(() => solve(new Matrix(matrix), Matrix.columnVector(target)).to1DArray());
        expect(
          orNull(() =>
            solved(
              matrix.map((row) => [...row]),
              [...target],
            ),
          ),
        ).toEqual(expected);
      }),
    );
  });

  test('that begins with a zero is solved by another row first', () => {
    expect(
      solved(
        [
          [0, 2],
          [4, 0],
        ],
        [6, 8],
      ),
    ).toEqual([2, 3]);
  });

  test('that is singular throws', () => {
    expect(() =>
      solved(
        [
          [1, 2],
          [2, 4],
        ],
        [1, 2],
      ),
    ).toThrow('singular');
  });
});
