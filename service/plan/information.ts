import { inverse, Matrix } from 'ml-matrix';
import { evaluate, type PlaneRow } from '../model/maxPlanes.ts';
import { dot, TERMS, type Piece } from '../model/pieces.ts';
import type { Coefficients } from '../model/types.ts';

/** What is known before any run: this much of one run's information on each term. */
const PRIOR = 1e-3;
/** A second plane this near to the first is taught about as well. */
const KINK_SHARE = 0.08;
const KINK_WORTH = 0.4;

/** Measures what one more run would teach about the coefficients of one target. */
export interface Teacher {
  readonly gain: (pieces: readonly Piece[], totalMiB: number) => number;
}

/**
 * D-optimal design on the planes that win under the present fit: the gain of a run with row x is
 * log(1 + x' M^-1 x), M the information of the runs so far (Fedorov, "Theory of Optimal Experiments", 1972).
 */
export function teacherOf(rows: readonly PlaneRow[], coefficients: Coefficients, allowed: readonly boolean[], scale: readonly number[]): Teacher {
  const normal = (piece: Piece, weight: number): number[] => piece.x.map((value, j) => (allowed[j] === true ? value * weight * (scale[j] ?? 1) : 0));
  const information = Matrix.eye(TERMS.length, TERMS.length).mul(PRIOR);
  for (const row of rows) {
    const x = normal(evaluate(row.pieces, coefficients).piece, row.weight);
    for (let i = 0; i < x.length; i += 1) for (let j = 0; j < x.length; j += 1) information.set(i, j, information.get(i, j) + (x[i] ?? 0) * (x[j] ?? 0));
  }
  const covariance = inverse(information);
  const leverage = (x: readonly number[]): number => {
    let sum = 0;
    for (let i = 0; i < x.length; i += 1) {
      const xi = x[i] ?? 0;
      if (xi !== 0) for (let j = 0; j < x.length; j += 1) sum += xi * covariance.get(i, j) * (x[j] ?? 0);
    }
    return sum;
  };
  return {
    gain: (pieces, totalMiB) => {
      const values = pieces.map((piece) => ({ piece, valueMiB: dot(piece.x, coefficients) })).sort((a, b) => b.valueMiB - a.valueMiB);
      const [first, second] = values;
      if (first === undefined) return 0;
      const own = Math.log1p(leverage(normal(first.piece, 1 / totalMiB)));
      const near = second !== undefined && second.valueMiB > first.valueMiB * (1 - KINK_SHARE);
      return near ? own + KINK_WORTH * Math.log1p(leverage(normal(second.piece, 1 / totalMiB))) : own;
    },
  };
}

/** Scales that make each term's contribution comparable: its typical size in MiB is a few times this. */
export const TERM_SCALE_MIB: readonly number[] = TERMS.map((term) => (term.endsWith('.1') ? 20 : 1000));
