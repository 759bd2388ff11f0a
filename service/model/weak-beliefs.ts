import { at } from '../base/at.ts';
import type { PlaneRow } from './max-planes.ts';
import { TERMS, type Term } from './pieces.ts';
import type { Coefficients } from './types.ts';

/** Weak beliefs, each a linear combination that is about zero; they decide only what no run does. */
const WEAK_BELIEFS: readonly { readonly strength: number; readonly x: Partial<Record<Term, number>> }[] = [
  { strength: 1e-3, x: { 'encode.a': 1, 'decode.a': -1.15 } },
  { strength: 1e-3, x: { 'encode-scores.a': 1, 'vae-scores.a': -1.15 } },
  { strength: 1e-3, x: { 'scores.ba': 0.3 } },
  { strength: 1e-3, x: { 'vae-scores.a': 0.3 } },
  // What is there whatever the size is small: library workspaces and the last segment of a pool.
  { strength: 0.2, x: { 'sampling.1': 1 } },
  { strength: 0.2, x: { 'decode.1': 1 } },
  { strength: 0.2, x: { 'encode.1': 1 } },
  { strength: 0.2, x: { 'upscale.1': 1 } },
  { strength: 1e-3, x: { 'upscale.a': 0.2 } },
  { strength: 1e-3, x: { 'decode.ba': 1 } },
  { strength: 1e-3, x: { 'encode.ba': 1 } },
  { strength: 1e-3, x: { 'upscale.third': 0.3 } },
  { strength: 1e-3, x: { 'upscale.half': 0.3 } },
];

/** The same, in the order of `TERMS`. */
const BELIEFS: readonly { readonly strength: number; readonly x: readonly number[] }[] = WEAK_BELIEFS.map(
  ({ strength, x }) => ({ strength, x: TERMS.map((term) => x[term] ?? 0) }),
);

/** What coefficients that are not as believed cost, beside their residuals. */
export function beliefsLossOf(rows: readonly PlaneRow[], coefficients: Coefficients, floor: Coefficients): number {
  const typical = typicalWeight(rows);
  let loss = 0;
  for (const belief of BELIEFS) {
    let value = 0;
    for (let j = 0; j < belief.x.length; j += 1) value += at(belief.x, j) * (at(coefficients, j) - at(floor, j));
    loss += (value * belief.strength * typical) ** 2;
  }
  return loss;
}

/** The same as rows of a least squares system. */
export function appendBeliefs(
  rows: readonly PlaneRow[],
  allowed: readonly boolean[],
  matrix: number[][],
  target: number[],
): void {
  const typical = typicalWeight(rows);
  for (const belief of BELIEFS) {
    matrix.push(belief.x.map((value, j) => (allowed[j] === true ? value * belief.strength * typical : 0)));
    target.push(0);
  }
}

function typicalWeight(rows: readonly PlaneRow[]): number {
  return rows.reduce((sum, row) => sum + row.weight, 0) / Math.max(1, rows.length);
}
