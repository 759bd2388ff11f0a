import type { RunRow } from '../protocol/viewer.ts';
import type { Run } from '../recorder/run.ts';

/** As many rows as fit into one message with room to spare. */
const MOST_ROWS = 100;

/** The table of runs, newest first. */
export function rowsOf(runs: readonly Run[]): RunRow[] {
  return runs.slice(-MOST_ROWS).reverse().map(rowOf);
}

function rowOf(run: Run): RunRow {
  return {
    runId: run.runId,
    startedAtMs: run.startedAtMs,
    origin: run.origin,
    settings: run.settings,
    outcome: run.outcome,
    capMiB: run.capMiB,
    activePeakMiB: run.torch?.activePeakMiB ?? null,
    reservedPeakMiB: run.torch?.reservedPeakMiB ?? null,
    devicePeakMiB: run.devicePeakMiB,
    estimatedPeakMiB: run.estimatedPeakMiB,
    durationMs: run.durationMs,
    marks: run.marks,
  };
}
