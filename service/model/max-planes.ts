import { dot, type Piece } from './pieces.ts';
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
