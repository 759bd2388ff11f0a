import type { RunRow } from '../protocol/viewer.ts';
import type { Run } from '../recorder/run.ts';

/** As many rows as fit into one message with room to spare. */
const MOST_ROWS = 100;

/**
 * What the device showed at the top. Where the WebUI's process tells its own peak, that with what was others' before the run: on a
 * machine's RAM they move all the time, and that is not the run's.
 */
function measuredPeakMiB({ devicePeakMiB, ownPeakMiB, baseline }: Run): number | null {
  return ownPeakMiB === null || baseline.otherMiB === null ? devicePeakMiB : baseline.otherMiB + ownPeakMiB;
}

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
    devicePeakMiB: measuredPeakMiB(run),
    estimatedPeakMiB: run.estimatedPeakMiB,
    durationMs: run.durationMs,
    marks: run.marks,
  };
}
