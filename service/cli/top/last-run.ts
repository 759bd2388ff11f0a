import { openStoreToRead } from '../../store/store.ts';
import { measuredPeakMiB } from '../../recorder/measured.ts';
import type { LastRun } from './snapshot.ts';

/** The newest run in the store of a folder; null where there is none. */
export function lastRunIn(dataDir: string): LastRun | null {
  const opened = openStoreToRead(dataDir);
  if (!opened.ok) return null;
  const store = opened.value;
  try {
    const [newest] = store.newestRuns(1).runs;
    if (newest === undefined) return null;
    const { run } = newest;
    const { torch } = run.baseline;
    return {
      runId: run.runId,
      startedAtMs: run.startedAtMs,
      origin: run.origin,
      settings: run.settings,
      capMiB: run.capMiB,
      outcome: run.outcome,
      peakMiB: measuredPeakMiB(run),
      cacheMiB: torch === null ? null : Math.max(0, torch.reservedMiB - torch.allocatedMiB),
    };
  } finally {
    store.close();
  }
}
