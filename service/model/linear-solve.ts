/**
 * Solves a square system of linear equations by LU decomposition with partial pivoting, in the same order and so to the
 * same bit as ml-matrix's `solve`. Of our own because a fit solves more than a hundred systems of up to 25 unknowns: as
 * matrices of ml-matrix, read cell by cell, they took more time than all else of the non-negative least squares.
 * @param matrix its rows, overwritten.
 * @param target one for each row, overwritten.
 * @throws where the matrix is singular.
 */
export function solved(matrix: number[][], target: number[]): number[] {
  const n = matrix.length;
  for (let j = 0; j < n; j += 1) {
    eliminate(matrix, j);
    const pivot = pivotOf(matrix, j);
    swap(matrix, j, pivot);
    swap(target, j, pivot);
    const top = (matrix[j] as number[])[j] as number;
    if (top === 0) throw new RangeError('the matrix is singular');
    for (let i = j + 1; i < n; i += 1) {
      const row = matrix[i] as number[];
      row[j] = (row[j] as number) / top;
    }
  }
  return substituted(matrix, target);
}

/** What the columns before it leave of column `j`. */
function eliminate(matrix: readonly number[][], j: number): void {
  for (let i = 0; i < matrix.length; i += 1) {
    const row = matrix[i] as number[];
    let sum = 0;
    for (let k = 0; k < Math.min(i, j); k += 1) sum += (row[k] as number) * ((matrix[k] as number[])[j] as number);
    row[j] = (row[j] as number) - sum;
  }
}

/** The row from `j` on with the largest value in column `j`. */
function pivotOf(matrix: readonly number[][], j: number): number {
  const sizeAt = (i: number): number => Math.abs((matrix[i] as number[])[j] as number);
  let pivot = j;
  for (let i = j + 1; i < matrix.length; i += 1) if (sizeAt(i) > sizeAt(pivot)) pivot = i;
  return pivot;
}

function swap<T>(list: T[], i: number, j: number): void {
  [list[i], list[j]] = [list[j] as T, list[i] as T];
}

/** Forwards through the lower triangle, whose diagonal is 1, and back through the upper one. */
function substituted(triangles: readonly number[][], target: number[]): number[] {
  const x = target;
  const subtract = (k: number, from: number, to: number): void => {
    const known = x[k] as number;
    for (let i = from; i < to; i += 1) x[i] = (x[i] as number) - known * ((triangles[i] as number[])[k] as number);
  };
  for (let k = 0; k < x.length; k += 1) subtract(k, k + 1, x.length);
  for (let k = x.length - 1; k >= 0; k -= 1) {
    x[k] = (x[k] as number) / ((triangles[k] as number[])[k] as number);
    subtract(k, 0, k);
  }
  return x;
}
