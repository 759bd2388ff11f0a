import { join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Result } from '../base/result.ts';
import { createBegunRuns, type BegunRuns } from './begun-runs.ts';
import { createEnvironmentRows, type EnvironmentRows } from './environment-rows.ts';
import type { StoreNotice } from '../protocol/notice.ts';
import { BUSY_MS, STORE_FILE, openDatabase, type Opened } from './open.ts';
import { createOwnRuns, type OwnRuns } from './own-runs.ts';
import { createRunRows, type RunRows } from './run-rows.ts';
import { createSessionRows, type SessionRows } from './session-rows.ts';
import { createTables, type Tables } from './tables.ts';
import { damageOf, openToRead, type ReadFailure } from './to-read.ts';
import { createWriter, type Writer } from './writer.ts';

/** `imported`: what imports brought, and nothing that was measured here. */
export type Forgotten = 'all' | 'imported';

/** All that outlives the process. Nothing here throws for want of a disk: see `notices`. */
export interface Store extends RunRows, BegunRuns, OwnRuns, EnvironmentRows, SessionRows {
  /** What a person should know: also while writes fail. */
  readonly notices: readonly StoreNotice[];
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
  /** Of one key, or of all (null). With `all` also the benchmarks. Returns how many runs are gone. */
  forget(keyHash: string | null, which: Forgotten): number;
  /**
   * Puts what is in the journal into the file itself, without waiting for anybody; false where not all could be, as
   * while another reads.
   */
  settle(): boolean;
  close(): void;
}

const UNREADABLE: StoreNotice = { code: 'unreadable-entries' };

/** @param told what there is to tell of `dataDir` itself. */
export function openStore(dataDir: string, nowMs: number, busyMs = BUSY_MS, told: readonly StoreNotice[] = []): Store {
  const opened = openDatabase(dataDir, nowMs, busyMs);
  return storeIn({ ...opened, notices: [...told, ...opened.notices] }, busyMs);
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
  const tables = createTables(writer, () => {
    if (!notices.includes(UNREADABLE)) notices.push(UNREADABLE);
  });
  const othersWrites = watchOthers(writer);
  let ownRemovals = 0;

  return {
    get notices() {
      const { failure } = writer;
      return failure === null ? notices : [...notices, { code: 'not-written-now' as const, why: failure }];
    },
    get persistent() {
      return opened.persistent && writer.failure === null;
    },
    get revision() {
      return `${tables.writes} ${othersWrites()}`;
    },
    get ownWrites() {
      return tables.writes;
    },
    get ownRemovals() {
      return ownRemovals;
    },
    get othersWrites() {
      return othersWrites();
    },
    ...createRunRows(tables),
    ...createBegunRuns(tables),
    ...createOwnRuns(tables),
    ...createEnvironmentRows(tables),
    ...createSessionRows(tables),
    forget: (keyHash, which) => {
      ownRemovals += 1;
      return forget(tables, keyHash, which);
    },
    settle: () => writer.settle(),
    close: () => writer.close(),
  };
}

function forget(tables: Tables, keyHash: string | null, which: Forgotten): number {
  const only = 'WHERE (? IS NULL OR key_hash = ?)';
  if (which === 'imported') {
    tables.write(
      `DELETE FROM environments ${only} AND imported = 1 AND NOT EXISTS (SELECT 1 FROM runs WHERE ` +
        'runs.key_hash = environments.key_hash AND runs.imported = 0)',
      keyHash,
      keyHash,
    );
    return tables.write(`DELETE FROM runs ${only} AND imported = 1`, keyHash, keyHash);
  }
  tables.write(`DELETE FROM sessions ${only}`, keyHash, keyHash);
  tables.write(`DELETE FROM begun_runs ${only}`, keyHash, keyHash);
  return tables.write(`DELETE FROM runs ${only}`, keyHash, keyHash);
}

/** SQLite's own count of what others wrote, which each connection has for itself. */
function watchOthers(writer: Writer): () => number {
  let watched = watch(writer.database);
  return () => {
    if (watched.database !== writer.database) watched = watch(writer.database);
    return Number(watched.version.get()?.['data_version']);
  };
}

function watch(database: DatabaseSync): { readonly database: DatabaseSync; readonly version: StatementSync } {
  return { database, version: database.prepare('PRAGMA data_version') };
}
