import { at } from '../base/at.ts';
import type { PlaneRow } from './max-planes.ts';
import { TERMS, termIndex, type Term } from './pieces.ts';
import type { Coefficients } from './types.ts';

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

/**
 * A plane lies below every figure, so the least ratio of figure to term bounds each slope from above and is close to it
 * where the plane wins somewhere. The starts split the figure between planes in different ways.
 */
export function startingPoints(rows: readonly PlaneRow[], allowed: readonly boolean[]): Coefficients[] {
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
