import { join } from 'node:path';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type * as z from 'zod';
import { runSchema, storedEnvironmentSchema, type Run, type StoredEnvironment } from '../recorder/run.ts';
import { BUSY_MS, STORE_FILE, openDatabase, type Opened } from './open.ts';
import { sessionSchema, type Session } from './session.ts';
import { damageOf, openToRead, type ReadFailure } from './to-read.ts';
import { createWriter } from './writer.ts';

export interface KnownEnvironment {
  readonly keyHash: string;
  readonly seenAtMs: number;
  readonly environment: StoredEnvironment;
}

/** All that outlives the process. Nothing here throws for want of a disk: see `notices`. */
export interface Store {
  /** What a person should know, in words: also while writes fail. */
  readonly notices: readonly string[];
  /** False where all that is saved will be gone with the process. */
  readonly persistent: boolean;
  /** Another text once anything was written, by this process or another: what was worked out from the store under the same one still holds. */
  readonly revision: string;
  saveEnvironment(keyHash: string, environment: StoredEnvironment, atMs: number): void;
  /** Last seen first. */
  environments(): KnownEnvironment[];
  /** Keeps the first of two runs with one id; returns whether this one was new. */
  saveRun(run: Run): boolean;
  /** The same for many, in one step; returns how many were new. */
  saveRuns(runs: readonly Run[]): number;
  /** Another text once anything was changed that is not a run more of this process's: places from before mean nothing then. */
  readonly epoch: string;
  /** The runs of a key with their places in the store, oldest first, of those that came after a place: 0 for all. */
  runsAfter(keyHash: string, place: number): Iterable<readonly [place: number, run: Run]>;
  /** Oldest first. */
  runsOfSession(sessionId: string): Run[];
  allRuns(): Run[];
  /** Of all keys, the newest, oldest first, and how many there are in all. */
  newestRuns(most: number): { readonly runs: readonly Run[]; readonly stored: number };
  /** Also forgets the benchmarks of the key; returns how many runs are gone. */
  forget(keyHash: string): number;
  saveSession(session: Session): void;
  /** Changes who holds a benchmark, in one step: false where it is not (any more) `from` who does, or the benchmark is gone. */
  holdSession(sessionId: string, from: string | null, to: Session['heldBy']): boolean;
  /** The benchmark that may go on under a key: the last one, where it is open. */
  openSession(keyHash: string): Session | null;
  /** Puts what is in the journal into the file itself, without waiting for anybody; false where not all could be, as while another reads. */
  settle(): boolean;
  close(): void;
}

const UNREADABLE = 'Some entries in the store of runs cannot be read (they are damaged, or another version\'s). They were left out; all others count.';

export function openStore(dataDir: string, nowMs: number, busyMs = BUSY_MS): Store {
  return storeIn(openDatabase(dataDir, nowMs, busyMs), busyMs);
}

/** For who only asks: the file stays as it is, whatever state it is in. */
export function openStoreToRead(dataDir: string): { readonly ok: true; readonly store: Store } | { readonly ok: false; readonly reason: ReadFailure } {
  const opened = openToRead(join(dataDir, STORE_FILE));
  if (!opened.ok) return opened;
  const { database } = opened;
  if (damageOf(database) === null) return { ok: true, store: storeIn({ database, persistent: false, notices: [] }, 0) };
  database.close();
  return { ok: false, reason: 'damaged' };
}

function storeIn(opened: Opened, busyMs: number): Store {
  const writer = createWriter(opened.database, busyMs);
  const notices = [...opened.notices];
  let watched = watch(writer.database);
  let writes = 0;
  let removals = 0;

  function write(sql: string, ...values: SQLInputValue[]): number {
    writes += 1;
    return writer.write(sql, ...values);
  }

  function read<T>(schema: z.ZodType<T>, sql: string, ...values: SQLInputValue[]): T[] {
    return writer.database
      .prepare(sql)
      .all(...values)
      .flatMap((row) => bodyOf(schema, row['body']) ?? tellUnreadable());
  }

  /** Another number once another process wrote. */
  function othersWrites(): number {
    if (watched.database !== writer.database) watched = watch(writer.database);
    return Number(watched.version.get()?.['data_version']);
  }

  /** A damaged entry stays where it is: an import into a later version may still read it. */
  function tellUnreadable(): never[] {
    if (!notices.includes(UNREADABLE)) notices.push(UNREADABLE);
    return [];
  }

  return {
    get notices() {
      const { failure } = writer;
      if (failure === null) return notices;
      return [...notices, `The store of runs cannot be written at the moment (${failure}). Runs are kept in memory; if it cannot be written before the WebUI ends, they are lost then.`];
    },
    get persistent() {
      return opened.persistent && writer.failure === null;
    },
    get revision() {
      return `${writes} ${othersWrites()}`;
    },
    get epoch() {
      return `${removals} ${writer.moves} ${othersWrites()}`;
    },
    saveEnvironment: (keyHash, environment, atMs) => {
      write(
        `INSERT INTO environments (key_hash, seen_at_ms, body) VALUES (?, ?, ?)
         ON CONFLICT (key_hash) DO UPDATE SET seen_at_ms = excluded.seen_at_ms, body = excluded.body`,
        keyHash,
        atMs,
        JSON.stringify(environment),
      );
    },
    environments: () =>
      writer.database
        .prepare('SELECT key_hash, seen_at_ms, body FROM environments ORDER BY seen_at_ms DESC, key_hash')
        .all()
        .flatMap((row) => {
          const environment = bodyOf(storedEnvironmentSchema, row['body']);
          if (environment === null) return tellUnreadable();
          return [{ keyHash: String(row['key_hash']), seenAtMs: Number(row['seen_at_ms']), environment }];
        }),
    saveRun: (run) => write(SAVE_RUN, ...rowOf(run)) > 0,
    saveRuns: (runs) => {
      writes += 1;
      return writer.writeMany(SAVE_RUN, runs.map(rowOf));
    },
    *runsAfter(keyHash, place) {
      for (const row of writer.database.prepare('SELECT rowid, body FROM runs WHERE key_hash = ? AND rowid > ? ORDER BY started_at_ms, rowid').iterate(keyHash, place)) {
        const run = bodyOf(runSchema, row['body']);
        if (run === null) tellUnreadable();
        else yield [Number(row['rowid']), run];
      }
    },
    runsOfSession: (sessionId) => read(runSchema, 'SELECT body FROM runs WHERE session_id = ? ORDER BY started_at_ms, rowid', sessionId),
    allRuns: () => read(runSchema, 'SELECT body FROM runs ORDER BY started_at_ms, rowid'),
    newestRuns: (most) => ({
      runs: read(runSchema, 'SELECT body FROM runs ORDER BY started_at_ms DESC, rowid DESC LIMIT ?', most).reverse(),
      stored: Number(writer.database.prepare('SELECT count(*) AS n FROM runs').get()?.['n']),
    }),
    forget: (keyHash) => {
      removals += 1;
      write('DELETE FROM sessions WHERE key_hash = ?', keyHash);
      return write('DELETE FROM runs WHERE key_hash = ?', keyHash);
    },
    saveSession: (session) => {
      write(
        `INSERT INTO sessions (session_id, key_hash, started_at_ms, state, body) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (session_id) DO UPDATE SET state = excluded.state, body = excluded.body`,
        session.sessionId,
        session.keyHash,
        session.startedAtMs,
        session.state,
        JSON.stringify(session),
      );
    },
    holdSession: (sessionId, from, to) =>
      write(
        "UPDATE sessions SET body = json_set(body, '$.heldBy', json(?)) WHERE session_id = ? AND json_extract(body, '$.heldBy.holder') IS ?",
        JSON.stringify(to),
        sessionId,
        from,
      ) > 0,
    openSession: (keyHash) => {
      const [last] = read(sessionSchema, 'SELECT body FROM sessions WHERE key_hash = ? ORDER BY started_at_ms DESC, rowid DESC LIMIT 1', keyHash);
      return last?.state === 'open' ? last : null;
    },
    settle: () => writer.settle(),
    close: () => writer.close(),
  };
}

const SAVE_RUN = 'INSERT INTO runs (run_id, key_hash, session_id, started_at_ms, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (run_id) DO NOTHING';

function rowOf(run: Run): SQLInputValue[] {
  return [run.runId, run.keyHash, run.sessionId, run.startedAtMs, JSON.stringify(run)];
}

/** It is asked with each estimate. */
function watch(database: DatabaseSync): { readonly database: DatabaseSync; readonly version: StatementSync } {
  return { database, version: database.prepare('PRAGMA data_version') };
}

/** Null where the text is damaged or of another form. SQLite's own check does not look into texts. */
function bodyOf<T>(schema: z.ZodType<T>, body: unknown): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(String(body)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
