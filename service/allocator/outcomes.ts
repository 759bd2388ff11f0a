import type { Phase } from '../protocol/settings.ts';
import type { PartPeaks } from './part.ts';
import type { Run } from './run.ts';

/** How parts go under a limit, and under all limits from `fromMiB` on and below `upToMiB`. */
export interface Outcome {
  readonly fromMiB: number;
  readonly upToMiB: number;
  /** What ran out of memory; null = nothing did. */
  readonly failed: Phase | null;
  /** Most that was reserved. */
  readonly peakMiB: number;
  /** Of each part that was begun. */
  readonly peaks: readonly PartPeaks[];
  /** Most slices that work was cut into to fit. */
  readonly slices: number;
  /** Work was to be sliced and could not be: it was done in one piece. */
  readonly wasUnsliceable: boolean;
}

type Kind = 'once' | 'repeating' | 'throughout';

/** All that is known of how some parts go. Few are told apart, for each holds for a range of limits. */
export class Outcomes {
  readonly #known: Record<Kind, Outcome[]> = { once: [], repeating: [], throughout: [] };
  readonly #onAdded: (() => void) | undefined;

  constructor(onAdded?: () => void) {
    this.#onAdded = onAdded;
  }

  under(limitMiB: number, kind: Kind): Outcome | null {
    for (const one of this.#known[kind]) {
      const { fromMiB, upToMiB } = one;
      if (fromMiB <= limitMiB && (limitMiB < upToMiB || upToMiB === Infinity)) return one;
    }
    return null;
  }

  /** The run is over, and is used no more. */
  add(kind: Kind, run: Run, failed: Phase | null): Outcome {
    const { peaks, slices, wasUnsliceable } = run;
    const outcome = { ...run.sameMiB, failed, peakMiB: run.allocator.peakMiB, peaks, slices, wasUnsliceable };
    this.#known[kind].push(outcome);
    this.#onAdded?.();
    run.discard();
    return outcome;
  }
}
