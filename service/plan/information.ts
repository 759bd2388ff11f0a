import { inverse, Matrix } from 'ml-matrix';
import { at } from '../base/at.ts';
import { evaluate, type PlaneRow } from '../model/max-planes.ts';
import { TERMS, type Piece, type Term } from '../model/pieces.ts';
import type { Coefficients } from '../model/types.ts';

/**
 * Relative error of one figure about its plane: counters of active bytes are exact, reserved bytes jump with the
 * allocator's blocks.
 */
const NOISE: Readonly<Record<'active' | 'reserved', number>> = { active: 0.003, reserved: 0.008 };

/** Cache left by an earlier phase: how unknown a step of it is, against 1000 for a network's own slope. */
const CARRY_MIB = 2500;
const UPSCALE_MIB = 800;

/** One setting that somebody may ask for, or that may be run. */
export interface Option {
  readonly pieces: readonly Piece[];
  readonly totalMiB: number;
}

/** Measures what one more run would teach of all the settings that may be asked for. */
export interface Teacher {
  readonly gain: (option: Option) => number;
}

/**
 * I-optimal design on the planes that win under the present fit: a run with row x lowers the summed variance of the
 * estimates of all settings by x' C A C x / (s^2 + x' C x), C the covariance of the coefficients so far, A the
 * settings' moments (Fedorov, "Theory of Optimal Experiments", 1972; Cook and Nachtsheim 1982 for the sum over a
 * region).
 * @param asked what may be asked for, in groups that count alike.
 */
export function teacherOf(
  rows: readonly PlaneRow[],
  asked: readonly (readonly Option[])[],
  target: 'active' | 'reserved',
  coefficients: Coefficients,
  allowed: readonly boolean[],
): Teacher {
  const noise = NOISE[target] ** 2;
  const normal = (piece: Piece, weight: number): number[] =>
    piece.x.map((value, j) => (allowed[j] === true ? value * weight * at(TERM_SCALE_MIB, j) : 0));
  const winner = (own: readonly Piece[], weight: number): number[] => normal(evaluate(own, coefficients).piece, weight);
  const moments = Matrix.zeros(TERMS.length, TERMS.length);
  for (const group of asked)
    moments.add(
      momentsOf(group.map((option) => winner(option.pieces, 1 / option.totalMiB))).mul(1 / Math.max(1, group.length)),
    );
  const information = momentsOf(rows.map((row) => winner(row.pieces, row.weight))).mul(1 / noise);
  const covariance = inverse(information.add(Matrix.eye(TERMS.length, TERMS.length)));
  const effect = covariance.mmul(moments).mmul(covariance);
  return {
    gain: ({ pieces, totalMiB }) => {
      const x = winner(pieces, 1 / totalMiB);
      return quadraticForm(effect, x) / (noise + quadraticForm(covariance, x));
    },
  };
}

function momentsOf(rows: readonly (readonly number[])[]): Matrix {
  const sum = Matrix.zeros(TERMS.length, TERMS.length);
  for (const x of rows) {
    for (let i = 0; i < x.length; i += 1) {
      const xi = at(x, i);
      if (xi !== 0) for (let j = 0; j < x.length; j += 1) sum.set(i, j, sum.get(i, j) + xi * at(x, j));
    }
  }
  return sum;
}

function quadraticForm(matrix: Matrix, x: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < x.length; i += 1) {
    const xi = at(x, i);
    if (xi !== 0) for (let j = 0; j < x.length; j += 1) sum += xi * matrix.get(i, j) * at(x, j);
  }
  return sum;
}

/** Scales that make each term's contribution comparable: its typical size in MiB per unit, as far as it is unknown. */
const TERM_SCALE_MIB: readonly number[] = TERMS.map(scaleOf);

function scaleOf(term: Term): number {
  if (term.endsWith('.1')) return 20;
  if (term.startsWith('carry.')) return CARRY_MIB;
  return term === 'upscale.third' || term === 'upscale.half' ? UPSCALE_MIB : 1000;
}
