import { at } from '../base/at.ts';
import type { Steps } from '../base/steps.ts';
import { evaluate, type PlaneRow } from './max-planes.ts';
import { nnls } from './nnls.ts';
import { dot, TERMS, termIndex, type Term } from './pieces.ts';
import { startingPoints } from './starting-points.ts';
import type { Coefficients } from './types.ts';
import { appendBeliefs, beliefsLossOf } from './weak-beliefs.ts';

const MAX_ROUNDS = 40;

/** Terms that must earn their place: at a batch size of 1 the VAE's score matrices look like the sampler's. */
const RELUCTANT: readonly Term[] = ['vae-scores.aa'];
/** The fall of the sum of squared relative residuals that earns it. */
const RELUCTANCE = 1e-5;

/**
 * Coefficients, none negative, of the max-of-planes nearest to the rows: assigns each row to its largest plane, solves
 * a non-negative least squares on the assignment, and repeats until nothing moves (max-affine regression after
 * Magnani and Boyd, "Convex piecewise-linear fitting", 2009), from several starts; the best is kept.
 * @param floor coefficients that the result is nowhere below: zeros, or those of a memory that is part of this one.
 */
export function* fitMaxPlanes(
  rows: readonly PlaneRow[],
  allowed: readonly boolean[],
  floor: Coefficients,
): Steps<Coefficients> {
  const ordered = inOrder(rows);
  let best: Coefficients = TERMS.map(() => 0);
  let bestLoss = Infinity;
  for (const start of startingPoints(ordered, allowed)) {
    const candidate = yield* alternate(
      ordered,
      allowed,
      floor,
      start.map((value, j) => Math.max(value, at(floor, j))),
    );
    const loss = penalisedLossOf(ordered, candidate, floor);
    if (loss < bestLoss * (1 - 1e-9)) {
      bestLoss = loss;
      best = candidate;
    }
  }
  return best;
}

/** An order that does not depend on the order of the runs, so that rounding is the same too. */
function inOrder(rows: readonly PlaneRow[]): PlaneRow[] {
  const named = rows.map((row) => ({ row, name: JSON.stringify(row) }));
  named.sort((a, b) => a.row.valueMiB - b.row.valueMiB || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return named.map(({ row }) => row);
}

function lossOf(rows: readonly PlaneRow[], coefficients: Coefficients): number {
  let loss = 0;
  for (const row of rows) {
    const residual = evaluate(row.pieces, coefficients).valueMiB - row.valueMiB;
    if (row.kind === 'at-least' && residual > 0) continue;
    loss += (residual * row.weight) ** 2;
  }
  return loss;
}

/** What `alternate` minimises step by step, and what the starts are compared by. */
function penalisedLossOf(rows: readonly PlaneRow[], coefficients: Coefficients, floor: Coefficients): number {
  const reluctant = RELUCTANT.filter((term) => at(coefficients, termIndex(term)) > 0).length;
  return lossOf(rows, coefficients) + RELUCTANCE * reluctant + beliefsLossOf(rows, coefficients, floor);
}

function* alternate(
  rows: readonly PlaneRow[],
  allowed: readonly boolean[],
  floor: Coefficients,
  start: Coefficients,
): Steps<Coefficients> {
  let coefficients = start;
  let solution: readonly number[] = [];
  let best = start;
  let bestLoss = Infinity;
  const seen = new Set<string>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    yield;
    const matrix: number[][] = [];
    const target: number[] = [];
    let assignment = '';
    for (const row of rows) {
      const { valueMiB, piece } = evaluate(row.pieces, coefficients);
      const counts = row.kind === 'exact' || valueMiB < row.valueMiB;
      assignment += counts ? `${piece.phase.slice(0, 2)}${piece.group.slice(0, 2)}` : '--';
      if (!counts) continue;
      matrix.push(piece.x.map((value, j) => (allowed[j] === true ? value * row.weight : 0)));
      target.push((row.valueMiB - dot(piece.x, floor)) * row.weight);
    }
    // Seen before: settled, or going round in a circle.
    if (seen.has(assignment)) break;
    seen.add(assignment);
    appendBeliefs(rows, allowed, matrix, target);
    solution = nnls(matrix, target, TERMS.length, solution);
    coefficients = solution.map((value, j) => value + at(floor, j));
    const loss = penalisedLossOf(rows, coefficients, floor);
    if (loss < bestLoss) {
      bestLoss = loss;
      best = coefficients;
    }
  }
  return best;
}
