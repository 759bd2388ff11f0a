import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { runSchema, type Run } from '../recorder/run.ts';
import { bodyOf } from './body.ts';
import type { Write } from './writer.ts';

/** A run with where it comes from: what an import brought was measured by somebody, somewhere. */
export interface StoredRun {
  readonly run: Run;
  readonly imported: boolean;
}

/** A row of a key's own runs; `run` is null where it cannot be read. */
export interface OwnRow {
  readonly place: number;
  readonly runId: string;
  readonly startedAtMs: number;
  readonly run: Run | null;
}

/** What tells whether the own runs of a key are still those that were read. */
export interface OwnMark {
  readonly rows: number;
  /** Id of the run at a place; null where there is none. */
  readonly runIdAt: string | null;
}

/** The runs of a store. `own` are those that were measured here. */
export interface RunRows {
  /** How many of a key's own there are, and which is at a place. */
  ownMark(keyHash: string, place: number): OwnMark;
  /** A key's own that came after a place, in the order of their coming: at most `most`. */
  ownAfter(keyHash: string, place: number, most: number): OwnRow[];
  /** A key's own, oldest first, behind one of them (null: from the first): at most `most`. */
  ownFrom(keyHash: string, behind: Pick<OwnRow, 'place' | 'startedAtMs'> | null, most: number): OwnRow[];
  /** A key's newest own, oldest first. */
  ownNewest(keyHash: string, most: number): OwnRow[];
  /** Of what an import brought of a key: the newest, oldest first, and how many there are in all. */
  newestImported(keyHash: string, most: number): { readonly runs: readonly Run[]; readonly stored: number };
  /** Whether a key has at least so many runs, of whatever origin. */
  has(keyHash: string, atLeast: number): boolean;
  /** A benchmark's own, oldest first. */
  runsOfSession(sessionId: string): Run[];
  /** All, oldest first. */
  storedRuns(): Iterable<StoredRun>;
  /** Of all keys, the newest, oldest first, and how many there are in all. */
  newestRuns(most: number): { readonly runs: readonly StoredRun[]; readonly stored: number };
}

export function createRunRows(database: () => DatabaseSync, tellUnreadable: () => void): RunRows {
  const all = (sql: string, ...values: SQLInputValue[]) =>
    database()
      .prepare(sql)
      .all(...values);
  const numberOf = (sql: string, ...values: SQLInputValue[]) =>
    Number(
      Object.values(
        database()
          .prepare(sql)
          .get(...values) ?? {},
      )[0] ?? 0,
    );

  function runOf(body: unknown): Run | null {
    const run = bodyOf(runSchema, body);
    // A damaged entry stays where it is: an import into a later version may still read it.
    if (run === null) tellUnreadable();
    return run;
  }

  const ownRow = (row: Record<string, unknown>): OwnRow => ({
    place: Number(row['place']),
    runId: String(row['run_id']),
    startedAtMs: Number(row['started_at_ms']),
    run: runOf(row['body']),
  });
  const runsOf = (rows: readonly Record<string, unknown>[]): Run[] => rows.flatMap(({ body }) => runOf(body) ?? []);

  function storedRun({ body, imported }: Record<string, unknown>): StoredRun | null {
    const run = runOf(body);
    return run === null ? null : { run, imported: imported === 1 };
  }

  return {
    ownMark: (keyHash, place) => {
      const [at] = all('SELECT run_id FROM runs WHERE rowid = ? AND key_hash = ? AND imported = 0', place, keyHash);
      return {
        rows: numberOf('SELECT count(*) FROM runs WHERE key_hash = ? AND imported = 0', keyHash),
        runIdAt: at === undefined ? null : String(at['run_id']),
      };
    },
    // By `+` not the table's own order serves but the index, in which what an import brought lies apart: that may be
    // all there is since.
    ownAfter: (keyHash, place, most) =>
      all(
        'SELECT rowid AS place, run_id, started_at_ms, body FROM runs WHERE key_hash = ? AND imported = 0 AND +rowid > ? ORDER BY +rowid LIMIT ?',
        keyHash,
        place,
        most,
      ).map(ownRow),
    ownFrom: (keyHash, behind, most) =>
      all(
        `SELECT rowid AS place, run_id, started_at_ms, body FROM runs
         WHERE key_hash = ? AND imported = 0 AND (started_at_ms, rowid) > (?, ?) ORDER BY started_at_ms, rowid LIMIT ?`,
        keyHash,
        behind?.startedAtMs ?? -1,
        behind?.place ?? 0,
        most,
      ).map(ownRow),
    ownNewest: (keyHash, most) =>
      all(
        `SELECT rowid AS place, run_id, started_at_ms, body FROM runs
         WHERE key_hash = ? AND imported = 0 ORDER BY started_at_ms DESC, rowid DESC LIMIT ?`,
        keyHash,
        most,
      )
        .map(ownRow)
        .reverse(),
    newestImported: (keyHash, most) => ({
      runs: runsOf(
        all(
          'SELECT body FROM runs WHERE key_hash = ? AND imported = 1 ORDER BY started_at_ms DESC, rowid DESC LIMIT ?',
          keyHash,
          most,
        ),
      ).reverse(),
      stored: numberOf('SELECT count(*) FROM runs WHERE key_hash = ? AND imported = 1', keyHash),
    }),
    has: (keyHash, atLeast) =>
      numberOf('SELECT count(*) FROM (SELECT 1 FROM runs WHERE key_hash = ? LIMIT ?)', keyHash, atLeast) >= atLeast,
    runsOfSession: (sessionId) =>
      runsOf(
        all('SELECT body FROM runs WHERE session_id = ? AND imported = 0 ORDER BY started_at_ms, rowid', sessionId),
      ),
    *storedRuns() {
      for (const row of database().prepare('SELECT body, imported FROM runs ORDER BY started_at_ms, rowid').iterate()) {
        const stored = storedRun(row);
        if (stored !== null) yield stored;
      }
    },
    newestRuns: (most) => ({
      runs: all('SELECT body, imported FROM runs ORDER BY started_at_ms DESC, rowid DESC LIMIT ?', most)
        .flatMap((row) => storedRun(row) ?? [])
        .reverse(),
      stored: numberOf('SELECT count(*) FROM runs'),
    }),
  };
}

/** Keeps the first of two runs with one id, unless that one was imported and this one was measured here. */
const SAVE = `INSERT INTO runs (run_id, key_hash, session_id, started_at_ms, body, imported) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (run_id) DO UPDATE SET key_hash = excluded.key_hash, session_id = excluded.session_id, started_at_ms = excluded.started_at_ms,
    body = excluded.body, imported = 0 WHERE runs.imported = 1 AND excluded.imported = 0`;

export function saving({ run, imported }: StoredRun): Write {
  return {
    sql: SAVE,
    values: [run.runId, run.keyHash, run.sessionId, run.startedAtMs, JSON.stringify(run), Number(imported)],
  };
}
