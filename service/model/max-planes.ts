import { at } from '../base/at.ts';
import type { Steps } from '../base/steps.ts';
import { nnls } from './nnls.ts';
import { dot, TERMS, termIndex, type Piece, type Term } from './pieces.ts';
import type { Coefficients } from './types.ts';

/** One figure to be explained: the maximum of the pieces, in MiB above the weights. */
export interface PlaneRow {
  readonly pieces: readonly Piece[];
  readonly valueMiB: number;
  /** `at-least`: a censored run, which only says that the maximum is not below the figure. */
  readonly kind: 'exact' | 'at-least';
  /** Weight of its residual, 1 / MiB: residuals are counted as shares of the total. */
  readonly weight: number;
}

const MAX_ROUNDS = 40;

/** How much of its bound a start gives to sampling, and how much to the VAE. */
const SHARES: readonly (readonly [number, number])[] = [
  [1, 1],
  [0.6, 1],
  [1, 0.6],
  [1, 0.2],
];

/** How much of theirs the score matrices of sampling and of the VAE get. */
const SCORES_SHARES: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 0],
  [0.9, 0.3],
  [0.5, 0],
];
const NO_SCORES: readonly (readonly [number, number])[] = [[0, 0]];
/** Where only the VAE may keep them. */
const VAE_SCORES_SHARES: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 1],
];

/** Terms that must earn their place: at a batch size of 1 the VAE's score matrices look like the sampler's. */
const RELUCTANT: readonly Term[] = ['vae-scores.aa'];
/** The fall of the sum of squared relative residuals that earns it. */
const RELUCTANCE = 1e-5;

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

/** Value and winner of the maximum. */
export function evaluate(
  pieces: readonly Piece[],
  coefficients: Coefficients,
): { readonly valueMiB: number; readonly piece: Piece } {
  let best: Piece | undefined;
  let bestMiB = -Infinity;
  for (const piece of pieces) {
    const valueMiB = dot(piece.x, coefficients);
    if (valueMiB > bestMiB) {
      bestMiB = valueMiB;
      best = piece;
    }
  }
  if (best === undefined) throw new Error('a generation has at least one phase');
  return { valueMiB: bestMiB, piece: best };
}

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
  const typical = typicalWeight(rows);
  let loss =
    lossOf(rows, coefficients) + RELUCTANCE * RELUCTANT.filter((term) => at(coefficients, termIndex(term)) > 0).length;
  for (const belief of BELIEFS) {
    let value = 0;
    for (let j = 0; j < belief.x.length; j += 1) value += at(belief.x, j) * (at(coefficients, j) - at(floor, j));
    loss += (value * belief.strength * typical) ** 2;
  }
  return loss;
}

function typicalWeight(rows: readonly PlaneRow[]): number {
  return rows.reduce((sum, row) => sum + row.weight, 0) / Math.max(1, rows.length);
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

function appendBeliefs(
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

/**
 * A plane lies below every figure, so the least ratio of figure to term bounds each slope from above and is close to it
 * where the plane wins somewhere. The starts split the figure between planes in different ways.
 */
function startingPoints(rows: readonly PlaneRow[], allowed: readonly boolean[]): Coefficients[] {
  const least = (term: Term): number => {
    const index = termIndex(term);
    let ratio = Infinity;
    for (const row of rows) {
      for (const piece of row.pieces) {
        const x = at(piece.x, index);
        if (x > 0 && row.kind === 'exact') ratio = Math.min(ratio, row.valueMiB / x);
      }
    }
    return Number.isFinite(ratio) ? ratio : 0;
  };
  const sampling = least('sampling.ba');
  const leastScores = (term: Term): number => (allowed[termIndex(term)] === true ? least(term) : 0);
  const scores = leastScores('scores.baa');
  const vaeScores = leastScores('vae-scores.aa');
  const decode = least('decode.a');
  const encode = least('encode.a') || decode * 1.15;
  const scoresShares = scores > 0 ? SCORES_SHARES : vaeScores > 0 ? VAE_SCORES_SHARES : NO_SCORES;
  const starts: Coefficients[] = [];
  for (const [samplingShare, vaeShare] of SHARES) {
    for (const [scoresShare, vaeScoresShare] of scoresShares) {
      const start = TERMS.map(() => 0);
      start[termIndex('sampling.ba')] = sampling * samplingShare;
      start[termIndex('scores.baa')] = scores * scoresShare;
      start[termIndex('decode.a')] = decode * vaeShare;
      start[termIndex('encode.a')] = encode * vaeShare;
      start[termIndex('vae-scores.aa')] = vaeScores * vaeScoresShare;
      starts.push(start);
    }
  }
  return starts;
}
