import { runSchema, type Run } from '../recorder/run.ts';
import { droppingBegun, saving } from './run-rows.ts';
import type { Tables } from './tables.ts';

/** Runs whose end has not come: a sidecar that stops in the middle of one could not tell of it afterwards. */
export interface BegunRuns {
  /** `run` as it is kept should the sidecar stop before it is saved as a run. */
  saveBegun(run: Run, sidecarPid: number): void;
  /** Makes runs of those whose sidecar is no more; returns how many. */
  keepCutOff(isRunning: (sidecarPid: number) => boolean): number;
}

const BEGIN = `INSERT INTO begun_runs (run_id, key_hash, sidecar_pid, body) VALUES (?, ?, ?, ?)
  ON CONFLICT (run_id) DO NOTHING`;

export function createBegunRuns(tables: Tables): BegunRuns {
  return {
    saveBegun: (run, sidecarPid) => void tables.write(BEGIN, run.runId, run.keyHash, sidecarPid, JSON.stringify(run)),
    keepCutOff: (isRunning) => {
      const left = tables
        .all('SELECT run_id, sidecar_pid, body FROM begun_runs ORDER BY rowid')
        .filter((row) => !isRunning(Number(row['sidecar_pid'])));
      if (left.length === 0) return 0;
      const runs = left.flatMap((row) => tables.body(runSchema, row) ?? []);
      tables.writeMany([
        ...runs.map((run) => saving({ run, imported: false })),
        ...left.map((row) => droppingBegun(String(row['run_id']))),
      ]);
      return runs.length;
    },
  };
}
