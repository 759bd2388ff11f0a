import { evaluate, type PlaneRow } from './maxPlanes.ts';
import type { Coefficients, Spread } from './types.ts';

/** Error that is there even where the runs lie on the planes by chance: the allocator's rounding. */
const LEAST_SHARE = 0.012;
/** Degrees of freedom that the planes use up at most. */
const FREE_TERMS = 5;

/**
 * Half-widths of the intervals, as shares of the total. With few runs the residuals of a fit are too small, so their
 * root mean square is inflated by n / (n - terms); 2 of it on both sides.
 */
export function spreadOf(rows: readonly PlaneRow[], coefficients: Coefficients): Spread {
  const residuals = rows.filter((row) => row.kind === 'exact').map((row) => (row.valueMiB - evaluate(row.pieces, coefficients).valueMiB) * row.weight);
  const n = residuals.length;
  const meanSquare = residuals.reduce((sum, r) => sum + r * r, 0) / Math.max(1, n - FREE_TERMS);
  const share = Math.max(LEAST_SHARE, 2 * Math.sqrt(meanSquare));
  return { peakLow: share, peakHigh: share, requiredLow: 0.004, requiredHigh: 0.014 };
}
