import type { ImportedRuns } from '../calibration/imported.ts';
import type { Abilities } from '../protocol/abilities.ts';
import type { RowMark, RunRow } from '../protocol/viewer.ts';
import { measuredPeakMiB, webuiPeakMiB } from '../recorder/measured.ts';
import type { StoredRun } from '../store/run-rows.ts';

/** As many rows as fit into one message with room to spare. */
export const MOST_ROWS = 100;

/** Why a set-up is given no estimate, by its key; null where it is, or is not known. */
type RefusalOf = (keyHash: string) => Abilities['reason'];

/** The table of runs, newest first. */
export function rowsOf(runs: readonly StoredRun[], imports: ImportedRuns, refusalOf: RefusalOf = () => null): RunRow[] {
  return runs
    .slice(-MOST_ROWS)
    .reverse()
    .map((stored) => rowOf(stored, imports, refusalOf(stored.run.keyHash)));
}

/** Why a run is left out, beside what is stored with it. */
function marksOf(
  { run, imported }: StoredRun,
  { contradicted, used }: ImportedRuns,
  refusal: Abilities['reason'],
): RowMark[] {
  if (refusal !== null) return [...run.marks, refusal];
  if (!imported) return run.marks;
  if (contradicted.has(run.runId)) return [...run.marks, 'contradicted'];
  return used ? run.marks : [...run.marks, 'own-runs-count'];
}

function rowOf(stored: StoredRun, imports: ImportedRuns, refusal: Abilities['reason']): RunRow {
  const { run, imported } = stored;
  // Under a cap PyTorch gives back its cache: the estimate was of a run without one.
  const estimatedPeakMiB = run.capMiB === null ? run.estimatedPeakMiB : null;
  const { otherMiB } = run.baseline;
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
    estimatedPeakMiB,
    webuiPeakMiB: webuiPeakMiB(run),
    estimatedWebuiPeakMiB:
      estimatedPeakMiB === null || otherMiB === null ? null : Math.max(0, estimatedPeakMiB - otherMiB),
    // When it stopped nobody was there to see.
    durationMs: run.marks.includes('cut-off') ? null : run.durationMs,
    marks: marksOf(stored, imports, refusal),
    imported,
  };
}
