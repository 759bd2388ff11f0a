import type { ImportedRuns } from '../benchmark/imported.ts';
import type { RunRow } from '../protocol/viewer.ts';
import { measuredPeakMiB } from '../recorder/measured.ts';
import type { StoredRun } from '../store/run-rows.ts';

/** As many rows as fit into one message with room to spare. */
export const MOST_ROWS = 100;

/** The table of runs, newest first. */
export function rowsOf(runs: readonly StoredRun[], imports: ImportedRuns): RunRow[] {
  return runs.slice(-MOST_ROWS).reverse().map((stored) => rowOf(stored, imports));
}

/** Why an imported run is left out, beside what any run may be left out for. */
function marksOf({ run, imported }: StoredRun, { contradicted, used }: ImportedRuns): string[] {
  if (!imported) return run.marks;
  if (contradicted.has(run.runId)) return [...run.marks, 'contradicted'];
  return used ? run.marks : [...run.marks, 'own runs count'];
}

function rowOf(stored: StoredRun, imports: ImportedRuns): RunRow {
  const { run, imported } = stored;
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
    marks: marksOf(stored, imports),
    imported,
  };
}
