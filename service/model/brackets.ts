import { failedAtMiB } from './known.ts';
import { pieces, type Piece } from './pieces.ts';
import type { Observation } from './types.ts';

/**
 * What all runs of the same settings say of their need together: the settings have one need, however often it is asked
 * for. MiB above the weights.
 */
export interface Bracket {
  readonly pieces: readonly Piece[];
  /** The need is more than this; null where no run failed. */
  readonly aboveMiB: number | null;
  /** The need is at most this; null where no run succeeded. */
  readonly belowMiB: number | null;
  /** What an uncapped run reserved; null where there was none. */
  readonly reservedMiB: number | null;
}

export function bracketsOf(observations: readonly Observation[], staticMiB: number): Bracket[] {
  const found = new Map<string, Bracket>();
  for (const run of observations) {
    const reservedMiB =
      run.capMiB === null && run.outcome === 'ok' && run.reservedPeakMiB !== null
        ? run.reservedPeakMiB - staticMiB
        : null;
    const limitMiB = reservedMiB ?? limitOf(run, staticMiB);
    if (limitMiB === null) continue;
    const text = JSON.stringify(run.settings);
    const before = found.get(text) ?? {
      pieces: pieces(run.settings),
      aboveMiB: null,
      belowMiB: null,
      reservedMiB: null,
    };
    found.set(text, {
      pieces: before.pieces,
      aboveMiB: run.outcome === 'ok' ? before.aboveMiB : Math.max(before.aboveMiB ?? -Infinity, limitMiB),
      belowMiB: run.outcome === 'ok' ? Math.min(before.belowMiB ?? Infinity, limitMiB) : before.belowMiB,
      reservedMiB: reservedMiB === null ? before.reservedMiB : Math.min(before.reservedMiB ?? Infinity, reservedMiB),
    });
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bracket]) => bracket);
}

/** Above the weights: the cap, or what there was of the device for a run that it was not enough for. */
function limitOf(run: Observation, staticMiB: number): number | null {
  const limitMiB = run.capMiB ?? failedAtMiB(run, staticMiB);
  return limitMiB === null ? null : limitMiB - staticMiB;
}
