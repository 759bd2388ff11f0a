/** What the model learns from and what it learns. MiB are of the WebUI's process: weights included, others excluded. */
import type { HostTraits } from '../protocol/host.ts';
import type { GenerationSettings, Phase } from '../protocol/settings.ts';

export type { HostTraits };

/** One run as the fit sees it; disturbed, spilled and interrupted runs never get here. */
export interface Observation {
  readonly settings: GenerationSettings;
  /** Per-process cap the run was under (torch memory fraction x total); null for none. */
  readonly capMiB: number | null;
  readonly outcome: 'ok' | 'oom';
  /** torch's peak of active bytes; null where the host has no counters. */
  readonly activePeakMiB: number | null;
  /** torch's peak of reserved bytes, or the device's peak less all others where there are no counters. */
  readonly reservedPeakMiB: number | null;
  readonly phases: readonly { readonly phase: Phase; readonly activePeakMiB: number; readonly reservedPeakMiB: number }[] | null;
  readonly allocRetries: number | null;
}
