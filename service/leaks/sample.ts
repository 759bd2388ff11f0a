import type { Outcome } from '../protocol/run.ts';
import type { GenerationSettings } from '../protocol/settings.ts';

export type Figure = 'torch' | 'context' | 'beside' | 'ram';

/** What was held right after a run, while nothing was generated; MiB, null where it was not read. */
export interface IdleSample {
  readonly startedAtMs: number;
  /** Another text with each checkpoint; see `host-memory`. */
  readonly loaded: string | null;
  readonly settings: GenerationSettings;
  readonly extras: readonly string[];
  readonly outcome: Outcome;
  readonly held: Readonly<Record<Figure, number | null>>;
}
