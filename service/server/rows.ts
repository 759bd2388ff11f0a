import type { RunRow } from '../protocol/viewer.ts';
import { measuredPeakMiB } from '../recorder/measured.ts';
import type { StoredRun } from '../store/run-rows.ts';

/** As many rows as fit into one message with room to spare. */
export const MOST_ROWS = 100;

/** The table of runs, newest first. */
export function rowsOf(runs: readonly StoredRun[]): RunRow[] {
  return runs.slice(-MOST_ROWS).reverse().map(rowOf);
}

function rowOf({ run }: StoredRun): RunRow {
  return {
    runId: run.runId,
    startedAtMs: run.startedAtMs,
    origin: run.origin,
    settings: run.settings,
    outcome: run.outcome,
    capMiB: run.capMiB,
    activePeakMiB: run.torch?.activePeakMiB ?? null,
    reservedPeakMiB: run.torch?.reservedPeakMiB ?? null,
    devicePeakMiB: measuredPeakMiB(run),
    // Under a cap PyTorch gives back its cache: the estimate was of a run without one.
    estimatedPeakMiB: run.capMiB === null ? run.estimatedPeakMiB : null,
    durationMs: run.durationMs,
    marks: run.marks,
  };
}
