import { at } from '../base/at.ts';
import { solved } from './linear-solve.ts';

const TOLERANCE = 1e-10;
const RIDGE = 1e-10;

/**
 * Non-negative least squares: the x >= 0 that minimises |Ax - b|, by the active-set method of Lawson and Hanson
 * ("Solving Least Squares Problems", 1974, chapter 23), on columns scaled to unit length.
 * Of our own, because it takes 0.06 to 0.11 ms for a system of a planned benchmark (15 to 25 rows, 25 columns),
 * ml-fcnnls 3.0.0 0.15 to 0.32 ms: in one run over the same 152 systems. That one leaves the same residual where its
 * tolerance is set to 1e-10 (with its own, more in 28 of them), and shares weight among collinear columns in another
 * way. A column of zeros gets 0. A tiny ridge keeps collinear columns solvable: they share the weight.
 * @param guess a solution of a similar system, or empty. The search begins where it is above zero: it changes the time,
 *   not the result.
 */
export function nnls(
  rows: readonly (readonly number[])[],
  target: readonly number[],
  columns: number,
  guess: readonly number[],
): number[] {
  const scale = Array.from({ length: columns }, (_, j) =>
    Math.sqrt(rows.reduce((sum, row) => sum + at(row, j) ** 2, 0)),
  );
  const used = scale.flatMap((length, j) => (length > 0 ? [j] : []));
  const scaled = rows.map((row) => used.map((j) => at(row, j) / at(scale, j)));
  const likely = used.flatMap((j, k) => ((guess[j] ?? 0) > 0 ? [k] : []));
  const solution = lawsonHanson(scaled, target, used.length, likely);
  const x = new Array<number>(columns).fill(0);
  used.forEach((j, k) => (x[j] = at(solution, k) / at(scale, j)));
  return x;
}

function lawsonHanson(
  rows: readonly number[][],
  target: readonly number[],
  n: number,
  likely: readonly number[],
): number[] {
  const { gram, moment } = normalEquations(rows, target, n);
  const size = Math.sqrt(target.reduce((sum, value) => sum + value * value, 0)) || 1;
  let x = new Array<number>(n).fill(0);
  const passive = new Set<number>(likely);
  if (passive.size > 0) x = stepInside(gram, moment, passive, x);
  for (let outer = 0; outer < 3 * n + 10; outer += 1) {
    const gradient = moment.map((m, i) => {
      let rest = m;
      const line = at(gram, i);
      for (let j = 0; j < n; j += 1) rest -= (line[j] as number) * (x[j] as number);
      return rest;
    });
    let best = -1;
    gradient.forEach((g, i) => {
      if (!passive.has(i) && g > TOLERANCE * size && (best < 0 || g > at(gradient, best))) best = i;
    });
    if (best < 0) break;
    passive.add(best);
    x = stepInside(gram, moment, passive, x);
  }
  return x;
}

function normalEquations(
  rows: readonly number[][],
  target: readonly number[],
  n: number,
): { readonly gram: number[][]; readonly moment: number[] } {
  const gram = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j): number => (i === j ? RIDGE : 0)));
  const moment = new Array<number>(n).fill(0);
  rows.forEach((row, k) => {
    for (let i = 0; i < n; i += 1) {
      const value = at(row, i);
      if (value === 0) continue;
      moment[i] = at(moment, i) + value * at(target, k);
      const line = at(gram, i);
      for (let j = 0; j < n; j += 1) line[j] = (line[j] as number) + value * (row[j] as number);
    }
  });
  return { gram, moment };
}

/**
 * Solves on the passive set; where that leaves the positive orthant, walks to its border and drops what became zero.
 */
function stepInside(
  gram: readonly number[][],
  moment: readonly number[],
  passive: Set<number>,
  start: readonly number[],
): number[] {
  let x = [...start];
  while (passive.size > 0) {
    const set = [...passive].sort((a, b) => a - b);
    const system = set.map((i) => {
      const line = at(gram, i);
      return set.map((j) => line[j] as number);
    });
    const solution = solved(
      system,
      set.map((i) => at(moment, i)),
    );
    if (solution.every((value) => value > 0)) {
      x = x.map(() => 0);
      set.forEach((i, k) => (x[i] = at(solution, k)));
      return x;
    }
    let step = 1;
    set.forEach((i, k) => {
      const to = at(solution, k);
      const from = at(x, i);
      if (to <= 0) step = Math.min(step, from / (from - to || 1));
    });
    set.forEach((i, k) => {
      const to = at(solution, k);
      const from = at(x, i);
      const reached = from + step * (to - from);
      const isDropped = to <= 0 && reached <= 1e-14;
      if (isDropped) passive.delete(i);
      x[i] = isDropped ? 0 : reached;
    });
  }
  return x.map(() => 0);
}
