import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { runSchema, type Run } from '../recorder/run.ts';
import type { Tables } from './tables.ts';
import type { Write } from './writer.ts';

/** A run with where it comes from: what an import brought was measured by somebody, somewhere. */
export interface StoredRun {
  readonly run: Run;
  readonly imported: boolean;
}

/** The runs of a store, of whatever origin. */
export interface RunRows {
  /** Keeps the first of two runs with one id. What was kept of its beginning goes. */
  saveRun(run: Run): void;
  /** Runs of a file, in one step; returns how many were new, or were known as imported and are not. */
  takeOverRuns(runs: readonly StoredRun[]): number;
  /** Of what an import brought of a key: the newest, oldest first, and how many there are in all. */
  newestImported(keyHash: string, most: number): { readonly runs: readonly Run[]; readonly stored: number };
  /** Whether a key has at least so many runs, of whatever origin. */
  has(keyHash: string, atLeast: number): boolean;
  /** A benchmark's own, oldest first. */
  runsOfSession(sessionId: string): Run[];
  /** All, oldest first. */
  storedRuns(): Iterable<StoredRun>;
  allRuns(): Run[];
  /** Of all keys, the newest, oldest first, and how many there are in all. */
  newestRuns(most: number): { readonly runs: readonly StoredRun[]; readonly stored: number };
}

const IMPORTED =
  'SELECT body FROM runs WHERE key_hash = ? AND imported = 1 ORDER BY started_at_ms DESC, rowid DESC LIMIT ?';
const COUNT_IMPORTED = 'SELECT count(*) FROM runs WHERE key_hash = ? AND imported = 1';
const COUNT_UP_TO = 'SELECT count(*) FROM (SELECT 1 FROM runs WHERE key_hash = ? LIMIT ?)';
const OF_SESSION = 'SELECT body FROM runs WHERE session_id = ? AND imported = 0 ORDER BY started_at_ms, rowid';
const ALL = 'SELECT body, imported FROM runs ORDER BY started_at_ms, rowid';
const NEWEST = 'SELECT body, imported FROM runs ORDER BY started_at_ms DESC, rowid DESC LIMIT ?';

export function createRunRows(tables: Tables): RunRows {
  const runsOf = (sql: string, ...values: SQLInputValue[]): Run[] =>
    tables.all(sql, ...values).flatMap((row) => tables.body(runSchema, row) ?? []);

  function storedRun(row: Record<string, SQLOutputValue>): StoredRun | null {
    const run = tables.body(runSchema, row);
    return run === null ? null : { run, imported: row['imported'] === 1 };
  }

  function* storedRuns(): Iterable<StoredRun> {
    for (const row of tables.each(ALL)) {
      const stored = storedRun(row);
      if (stored !== null) yield stored;
    }
  }

  return {
    saveRun: (run) => void tables.writeMany([saving({ run, imported: false }), droppingBegun(run.runId)]),
    takeOverRuns: (runs) => tables.writeMany(runs.map(saving)),
    newestImported: (keyHash, most) => ({
      runs: runsOf(IMPORTED, keyHash, most).reverse(),
      stored: tables.number(COUNT_IMPORTED, keyHash),
    }),
    has: (keyHash, atLeast) => tables.number(COUNT_UP_TO, keyHash, atLeast) >= atLeast,
    runsOfSession: (sessionId) => runsOf(OF_SESSION, sessionId),
    storedRuns,
    allRuns: () => Array.from(storedRuns(), ({ run }) => run),
    newestRuns: (most) => ({
      runs: tables
        .all(NEWEST, most)
        .flatMap((row) => storedRun(row) ?? [])
        .reverse(),
      stored: tables.number('SELECT count(*) FROM runs'),
    }),
  };
}

/**
 * Keeps the first of two runs with one id, unless that one was imported and this one was measured here, or was taken
 * for cut off by a sidecar that does not see the one that heard its end.
 */
const SAVE = `INSERT INTO runs (run_id, key_hash, session_id, started_at_ms, body, imported) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (run_id) DO UPDATE SET
    key_hash = excluded.key_hash, session_id = excluded.session_id, started_at_ms = excluded.started_at_ms,
    body = excluded.body, imported = 0 WHERE excluded.imported = 0 AND (runs.imported = 1 OR
      EXISTS (SELECT 1 FROM json_each(runs.body, '$.marks') WHERE value = 'cut-off'))`;

export function saving({ run, imported }: StoredRun): Write {
  return {
    sql: SAVE,
    values: [run.runId, run.keyHash, run.sessionId, run.startedAtMs, JSON.stringify(run), Number(imported)],
  };
}

export function droppingBegun(runId: string): Write {
  return { sql: 'DELETE FROM begun_runs WHERE run_id = ?', values: [runId] };
}
