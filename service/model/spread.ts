import { evaluate, type PlaneRow } from './max-planes.ts';
import type { Coefficients, Spread } from './types.ts';

/** Error that is there even where the runs lie on the planes by chance: the allocator's rounding. */
const LEAST_SHARE = 0.012;
/**
 * PyTorch reserves 1.23 to 1.40 times the active bytes of the same network, by whether its tensors happen to fill whole 2 MiB blocks:
 * planes through a few runs cannot know. Where only the whole run was counted, the phases' shares are uncertain too.
 */
const JAGGED_BY_PHASE = 0.06;
const JAGGED_AS_A_WHOLE = 0.1;
/** Degrees of freedom that the planes use up at most. */
const FREE_TERMS = 5;

/**
 * Half-widths of the intervals, as shares of the total. With few runs the residuals of a fit are too small, so their
 * root mean square is inflated by n / (n - terms); 2 of it on both sides.
 */
export function spreadOf(rows: readonly PlaneRow[], coefficients: Coefficients, hasPhases: boolean): Spread {
  const residuals = rows.filter((row) => row.kind === 'exact').map((row) => (row.valueMiB - evaluate(row.pieces, coefficients).valueMiB) * row.weight);
  const n = residuals.length;
  const meanSquare = residuals.reduce((sum, r) => sum + r * r, 0) / Math.max(1, n - FREE_TERMS);
  return spreadFrom(meanSquare, hasPhases ? JAGGED_BY_PHASE : JAGGED_AS_A_WHOLE);
}

/** The same where the allocator's blocks are replayed: nothing is left open but what the runs leave. */
export function spreadOfReplay(meanSquare: number): Spread {
  return spreadFrom(meanSquare, 0);
}

function spreadFrom(meanSquare: number, peakJagged: number): Spread {
  const share = Math.max(LEAST_SHARE, 2 * Math.sqrt(meanSquare));
  return { peakLow: share, peakHigh: share, peakJagged, requiredLow: 0.004, requiredHigh: 0.014 };
}
