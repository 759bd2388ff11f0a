import { at } from '../base/at.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { dot, pieces, TERMS, type Piece } from './pieces.ts';
import type { Coefficients, Factor, FactorGroup, Phase } from './types.ts';

export const FACTOR_GROUPS: readonly FactorGroup[] = ['sampling', 'scores', 'encode', 'decode', 'vae-scores'];

/**
 * Where fragments pin segments that cannot be given back, about one more segment of the small pool is needed (torch: 20
 * MiB).
 */
const PINNED_MIB = 16;
/** A factor this near to 1 pins nothing; one this much above it pins a whole segment. */
const UNPINNED = 1.02;
const UNPINNED_TO_PINNED = 0.1;
/** A few rounded segments, by which a need strays from its plane whatever its size. */
const JITTER_MIB = 5;

export type Factors = Readonly<Record<FactorGroup, Factor>>;

/** Active bytes of one plane, in MiB: those that the factor is of, and those beside them. */
export interface Load {
  readonly scaledMiB: number;
  readonly plainMiB: number;
}

const NO_LOAD: Load = { scaledMiB: 0, plainMiB: 0 };

/**
 * Score matrices fill segments of their own, which are kept while others are made; what lies beside them is not. Nor is
 * what does not grow, weights that come and go most of all.
 */
export function loadOf(piece: Piece, active: Coefficients): Load {
  const allMiB = dot(piece.x, active);
  if (piece.group !== 'scores' && piece.group !== 'vae-scores') {
    const plainMiB = CONSTANTS.reduce((sum, j) => sum + at(piece.x, j) * at(active, j), 0);
    return { scaledMiB: allMiB - plainMiB, plainMiB };
  }
  const scaledMiB = SQUARES.reduce((sum, j) => sum + at(piece.x, j) * at(active, j), 0);
  return { scaledMiB, plainMiB: allMiB - scaledMiB };
}

const CONSTANTS: readonly number[] = TERMS.flatMap((term, j) => (term.endsWith('.1') ? [j] : []));
const SQUARES: readonly number[] = TERMS.flatMap((term, j) => (term.endsWith('aa') ? [j] : []));

/** MiB above the weights that a phase needs to succeed. */
export function phaseNeedMiB({ scaledMiB, plainMiB }: Load, factor: number): number {
  const pinned = Math.max(0, Math.min(1, (factor - UNPINNED) / UNPINNED_TO_PINNED));
  return plainMiB + scaledMiB * factor + PINNED_MIB * pinned;
}

/** Need above the weights of a generation, or of some of its planes, and the phase that decides it. */
export function needMiB(
  settings: GenerationSettings,
  active: Coefficients,
  factorOf: (group: FactorGroup) => number,
  planes: readonly Piece[] = pieces(settings),
): { readonly valueMiB: number; readonly phase: Phase } {
  let valueMiB = -Infinity;
  let phase: Phase | null = null;
  for (const piece of planes) {
    const ownMiB = phaseNeedMiB(loadOf(piece, active), factorOf(piece.group));
    if (ownMiB <= valueMiB) continue;
    valueMiB = ownMiB;
    phase = piece.phase;
  }
  if (phase === null) throw new Error('a generation has at least one phase');
  return { valueMiB, phase };
}

/** Standard deviation of the need about its plane. */
export function jitterMiB(need: number, jitter: number): number {
  return need * jitter + JITTER_MIB;
}

/** The largest of one kind in a generation. */
export function ownLoad(own: readonly Piece[], group: FactorGroup, active: Coefficients): Load {
  let largest = NO_LOAD;
  for (const piece of own) {
    if (piece.group !== group) continue;
    const load = loadOf(piece, active);
    if (load.scaledMiB > largest.scaledMiB) largest = load;
  }
  return largest;
}
