import { evaluate, type PlaneRow } from './max-planes.ts';
import type { Coefficients, Spread } from './types.ts';

/** Error that is there even where the runs lie on the planes by chance: the allocator's rounding. */
const LEAST_SHARE = 0.012;
/**
 * PyTorch reserves 1.23 to 1.40 times the active bytes of the same network, by whether its tensors happen to fill whole
 * 2 MiB blocks: planes through a few runs cannot know. Where only the whole run was counted, the phases' shares are
 * uncertain too.
 */
const JAGGED_BY_PHASE = 0.06;
const JAGGED_AS_A_WHOLE = 0.1;
/** Degrees of freedom that the planes use up at most, and those of a replay: scale and offset. */
const FREE_TERMS = { planes: 5, replay: 2 } as const;

/** How one way of estimating the peak does on the runs: residuals as shares of the total. */
export interface Explained {
  readonly by: keyof typeof FREE_TERMS;
  readonly residuals: readonly number[];
}

export function explainedByPlanes(rows: readonly PlaneRow[], coefficients: Coefficients): Explained {
  const exact = rows.filter((row) => row.kind === 'exact');
  return {
    by: 'planes',
    residuals: exact.map((row) => (row.valueMiB - evaluate(row.pieces, coefficients).valueMiB) * row.weight),
  };
}

/**
 * Half-widths of the intervals, as shares of the total. With few runs the residuals of a fit are too small, so their
 * mean square is inflated by n / (n - terms); 2 of its root on both sides. A replay leaves nothing else open.
 */
export function spreadOf({ by, residuals }: Explained, hasPhases: boolean): Spread {
  const meanSquare = residuals.reduce((sum, r) => sum + r * r, 0) / Math.max(1, residuals.length - FREE_TERMS[by]);
  const share = Math.max(LEAST_SHARE, 2 * Math.sqrt(meanSquare));
  const jagged = hasPhases ? JAGGED_BY_PHASE : JAGGED_AS_A_WHOLE;
  return {
    peakLow: share,
    peakHigh: share,
    peakJagged: by === 'replay' ? 0 : jagged,
    requiredLow: 0.004,
    requiredHigh: 0.01,
  };
}

/**
 * Size of a usual residual, never below the allocator's rounding. One block more or less is far out, and rare: so no
 * squares.
 */
export function usualShare({ by, residuals }: Explained): number {
  const sum = residuals.reduce((all, r) => all + Math.abs(r), 0);
  return Math.max(LEAST_SHARE / 2, sum / Math.max(1, residuals.length - FREE_TERMS[by]));
}
