import type { Observation } from '../model/types.ts';
import type { Run } from '../recorder/run.ts';

/**
 * A run as the planner and the fit see it: memory of the WebUI's process. torch's counters where there are any, else the process's own
 * memory at the top where that was read, else what the device showed at the top less all that was not the WebUI's before the run.
 * Null where the run tells nothing of memory.
 */
export function observationOf(run: Run): Observation | null {
  if (run.outcome !== 'ok' && run.outcome !== 'oom') return null;
  const { torch } = run;
  const reservedPeakMiB = torch?.reservedPeakMiB ?? run.ownPeakMiB ?? shownPeakMiB(run);
  if (reservedPeakMiB === null) return null;
  return {
    settings: run.settings,
    capMiB: run.capMiB,
    outcome: run.outcome,
    activePeakMiB: torch?.activePeakMiB ?? null,
    reservedPeakMiB,
    phases: torch === null || run.phases.length === 0 ? null : run.phases.map(({ phase, activePeakMiB, reservedPeakMiB }) => ({ phase, activePeakMiB, reservedPeakMiB })),
    allocRetries: torch?.allocRetries ?? null,
  };
}

function shownPeakMiB({ devicePeakMiB, baseline }: Run): number | null {
  return devicePeakMiB === null || baseline.otherMiB === null ? null : Math.max(0, devicePeakMiB - baseline.otherMiB);
}

/** What the fit learns from: runs with nothing against them. */
export function observationsForFit(runs: readonly Run[]): Observation[] {
  return runs.filter(({ marks }) => marks.length === 0).flatMap((run) => observationOf(run) ?? []);
}
