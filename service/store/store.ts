import { join } from 'node:path';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type * as z from 'zod';
import type { Result } from '../base/result.ts';
import { storedEnvironmentSchema, type Run, type StoredEnvironment } from '../recorder/run.ts';
import { bodyOf } from './body.ts';
import { BUSY_MS, STORE_FILE, openDatabase, type Opened } from './open.ts';
import { createRunRows, saving, type RunRows, type StoredRun } from './run-rows.ts';
import { sessionSchema, type Session } from './session.ts';
import { damageOf, openToRead, type ReadFailure } from './to-read.ts';
import { createWriter, type Write } from './writer.ts';

export interface KnownEnvironment {
  readonly keyHash: string;
  readonly seenAtMs: number;
  /** By an import alone: no WebUI has told it here. */
  readonly imported: boolean;
  readonly environment: StoredEnvironment;
}

/** `imported`: what imports brought, and nothing that was measured here. */
export type Forgotten = 'all' | 'imported';

/** All that outlives the process. Nothing here throws for want of a disk: see `notices`. */
export interface Store extends RunRows {
  /** What a person should know, in words: also while writes fail. */
  readonly notices: readonly string[];
  /** False where all that is saved will be gone with the process. */
  readonly persistent: boolean;
  /** Another text once anything was written, by this process or another. */
  readonly revision: string;
  /** Grows with each write of this process. */
  readonly ownWrites: number;
  /** How often this process has removed runs. */
  readonly ownRemovals: number;
  /** Another number once another process wrote. */
  readonly othersWrites: number;
  /** As a WebUI has told it here. */
  saveEnvironment(keyHash: string, environment: StoredEnvironment, atMs: number): void;
  /** Those that were told here before those that were imported, each last seen first: at most `most`. */
  environments(most?: number): KnownEnvironment[];
  /** Null where the key's is not stored, or cannot be read. */
  environment(keyHash: string): StoredEnvironment | null;
  /** Keeps the first of two runs with one id; returns whether this one was new. */
  saveRun(run: Run): boolean;
  /** Runs of a file, in one step; returns how many were new, or were known as imported and are not. */
  takeOverRuns(runs: readonly StoredRun[]): number;
  /** Descriptions of a file, in one step. None replaces what a WebUI has told here, nor what is newer. */
  takeOverEnvironments(environments: readonly KnownEnvironment[]): void;
  allRuns(): Run[];
  /** Of one key, or of all (null). With `all` also the benchmarks. Returns how many runs are gone. */
  forget(keyHash: string | null, which: Forgotten): number;
  saveSession(session: Session): void;
  /**
   * Changes who holds a benchmark, in one step: false where it is not (any more) `from` who does, or the benchmark is
   * gone.
   */
  holdSession(sessionId: string, from: string | null, to: Session['heldBy']): boolean;
  /** The benchmark that may go on under a key: the last one, where it is open. */
  openSession(keyHash: string): Session | null;
  /**
   * Puts what is in the journal into the file itself, without waiting for anybody; false where not all could be, as
   * while another reads.
   */
  settle(): boolean;
  close(): void;
}

const UNREADABLE =
  "Some entries in the store of runs cannot be read (they are damaged, or another version's). They were left out; all others count.";

export function openStore(dataDir: string, nowMs: number, busyMs = BUSY_MS): Store {
  return storeIn(openDatabase(dataDir, nowMs, busyMs), busyMs);
}

/** For who only asks: the file stays as it is, whatever state it is in. */
export function openStoreToRead(dataDir: string): Result<Store, ReadFailure> {
  const opened = openToRead(join(dataDir, STORE_FILE));
  if (!opened.ok) return opened;
  const database = opened.value;
  if (damageOf(database) === null) return { ok: true, value: storeIn({ database, persistent: false, notices: [] }, 0) };
  database.close();
  return { ok: false, reason: 'damaged' };
}

function storeIn(opened: Opened, busyMs: number): Store {
  const writer = createWriter(opened.database, busyMs);
  const notices = [...opened.notices];
  let watched = watch(writer.database);
  let ownWrites = 0;
  let ownRemovals = 0;

  function write(sql: string, ...values: SQLInputValue[]): number {
    ownWrites += 1;
    return writer.write(sql, ...values);
  }

  function writeMany(all: readonly Write[]): number {
    ownWrites += 1;
    return writer.writeMany(all);
  }

  function read<T>(schema: z.ZodType<T>, sql: string, ...values: SQLInputValue[]): T[] {
    return writer.database
      .prepare(sql)
      .all(...values)
      .flatMap((row) => bodyOf(schema, row['body']) ?? tellUnreadable());
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
      return [
        ...notices,
        `The store of runs cannot be written at the moment (${failure}). Runs are kept in memory; if it cannot be written before the WebUI ends, they are lost then.`,
      ];
    },
    get persistent() {
      return opened.persistent && writer.failure === null;
    },
    get revision() {
      return `${ownWrites} ${this.othersWrites}`;
    },
    get ownWrites() {
      return ownWrites;
    },
    get ownRemovals() {
      return ownRemovals;
    },
    get othersWrites() {
      if (watched.database !== writer.database) watched = watch(writer.database);
      return Number(watched.version.get()?.['data_version']);
    },
    ...createRunRows(() => writer.database, tellUnreadable),
    saveEnvironment: (keyHash, environment, atMs) => {
      write(
        `INSERT INTO environments (key_hash, seen_at_ms, body) VALUES (?, ?, ?)
         ON CONFLICT (key_hash) DO UPDATE SET seen_at_ms = excluded.seen_at_ms, body = excluded.body, imported = 0`,
        keyHash,
        atMs,
        JSON.stringify(environment),
      );
    },
    environments: (most = -1) =>
      writer.database
        .prepare(
          'SELECT key_hash, seen_at_ms, body, imported FROM environments ORDER BY imported, seen_at_ms DESC, key_hash LIMIT ?',
        )
        .all(most)
        .flatMap((row) => {
          const environment = bodyOf(storedEnvironmentSchema, row['body']);
          if (environment === null) return tellUnreadable();
          return [
            {
              keyHash: String(row['key_hash']),
              seenAtMs: Number(row['seen_at_ms']),
              imported: row['imported'] === 1,
              environment,
            },
          ];
        }),
    environment: (keyHash) =>
      read(storedEnvironmentSchema, 'SELECT body FROM environments WHERE key_hash = ?', keyHash)[0] ?? null,
    saveRun: (run) => writeMany([saving({ run, imported: false })]) > 0,
    takeOverRuns: (runs) => writeMany(runs.map(saving)),
    takeOverEnvironments: (environments) => void writeMany(environments.map(takingOver)),
    allRuns() {
      return Array.from(this.storedRuns(), ({ run }) => run);
    },
    forget: (keyHash, which) => {
      ownRemovals += 1;
      const only = 'WHERE (? IS NULL OR key_hash = ?)';
      if (which === 'imported') {
        write(
          `DELETE FROM environments ${only} AND imported = 1 AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.key_hash = environments.key_hash AND runs.imported = 0)`,
          keyHash,
          keyHash,
        );
        return write(`DELETE FROM runs ${only} AND imported = 1`, keyHash, keyHash);
      }
      write(`DELETE FROM sessions ${only}`, keyHash, keyHash);
      return write(`DELETE FROM runs ${only}`, keyHash, keyHash);
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
      const [last] = read(
        sessionSchema,
        'SELECT body FROM sessions WHERE key_hash = ? ORDER BY started_at_ms DESC, rowid DESC LIMIT 1',
        keyHash,
      );
      return last?.state === 'open' ? last : null;
    },
    settle: () => writer.settle(),
    close: () => writer.close(),
  };
}

const TAKE_OVER = `INSERT INTO environments (key_hash, seen_at_ms, body, imported) VALUES (?, ?, ?, ?)
  ON CONFLICT (key_hash) DO UPDATE SET seen_at_ms = excluded.seen_at_ms, body = excluded.body, imported = excluded.imported
  WHERE environments.imported = 1 AND (excluded.imported = 0 OR excluded.seen_at_ms > environments.seen_at_ms)`;

function takingOver({ keyHash, seenAtMs, environment, imported }: KnownEnvironment): Write {
  return { sql: TAKE_OVER, values: [keyHash, seenAtMs, JSON.stringify(environment), Number(imported)] };
}

function watch(database: DatabaseSync): { readonly database: DatabaseSync; readonly version: StatementSync } {
  return { database, version: database.prepare('PRAGMA data_version') };
}
