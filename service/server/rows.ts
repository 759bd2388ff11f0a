import type { RunRow } from '../protocol/viewer.ts';
import type { Run } from '../recorder/run.ts';

/** As many rows as fit into one message with room to spare. */
const MOST_ROWS = 100;

/**
 * The top of the device. torch's own peak, or the process's where it tells one, with what was others' before the run: a decode may be
 * over between two samples, and on a machine's RAM the others move all the time. Else what the samples saw.
 */
function measuredPeakMiB({ devicePeakMiB, ownPeakMiB, torch, baseline }: Run): number | null {
  if (baseline.otherMiB === null) return devicePeakMiB;
  if (ownPeakMiB !== null) return baseline.otherMiB + ownPeakMiB;
  return torch === null ? devicePeakMiB : Math.max(devicePeakMiB ?? 0, baseline.otherMiB + torch.reservedPeakMiB);
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
    // Under a cap PyTorch gives back its cache: the estimate was of a run without one.
    estimatedPeakMiB: run.capMiB === null ? run.estimatedPeakMiB : null,
    durationMs: run.durationMs,
    marks: run.marks,
  };
}
