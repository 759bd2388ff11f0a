import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { copyToMemory } from './copy.ts';
import { SCHEMA_VERSION, hasOwnShape, kindOf, migrate } from './migrations.ts';
import type { StoreNotice } from '../protocol/notice.ts';
import { damageOf, isCorrupt, isNoFile, openToRead } from './to-read.ts';

export const STORE_FILE = 'headroom.sqlite';
/** How long a write waits for another process that uses the same store. */
export const BUSY_MS = 5_000;
/**
 * Pages of SQLite's cache: those that it allocates in one piece. Of its default, 2 MiB, each further page is allocated
 * where the heap is at that moment, and held for ever; one that came at the top of a peak keeps all below it from being
 * given back.
 */
const CACHE_PAGES = 20;

export interface Opened {
  /** At worst one in memory. */
  readonly database: DatabaseSync;
  /** False where what is measured will be lost with the process. */
  readonly persistent: boolean;
  readonly notices: readonly StoreNotice[];
}

class SetAside extends Error {}

/**
 * Opens `headroom.sqlite` in `dataDir`, making both where need be. A file that is corrupt or not ours is renamed and a
 * fresh one begun; where nothing can be written the store lives in memory, with what could be read. Either is told in
 * `notices`; nothing throws.
 */
export function openDatabase(dataDir: string, nowMs: number, busyMs = BUSY_MS): Opened {
  const path = join(dataDir, STORE_FILE);
  try {
    makeFolder(dataDir);
    return { database: openFile(path, busyMs), persistent: true, notices: [] };
  } catch (error) {
    if (!isBroken(error)) return inMemory(path, error);
  }
  try {
    const kept = setAside(path, nowMs);
    const notice: StoreNotice = { code: 'set-aside', file: basename(kept) };
    return { database: openFile(path, busyMs), persistent: true, notices: [notice] };
  } catch (error) {
    return inMemory(path, error);
  }
}

/**
 * Node.js's own recursive mkdir never returns where a system says "no such file" of a folder that cannot be made, as
 * Linux does below /proc.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have been first.
    if (!existsSync(path)) throw error;
  }
}

function openFile(path: string, busyMs: number): DatabaseSync {
  if (isNoFile(path)) throw new Error('not a file, but something else of that name');
  const database = new DatabaseSync(path, { timeout: busyMs });
  try {
    database.exec(`PRAGMA cache_size = ${CACHE_PAGES}`);
    if (kindOf(database) === 'foreign') throw new SetAside('not a store of this version');
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    const damage = damageOf(database);
    if (damage !== null) throw new SetAside(`integrity check: ${damage}`);
    migrate(database);
    if (!hasOwnShape(database)) throw new SetAside('its tables are not ours');
    // A write now, so that a read-only folder or a full disk shows here and not after the first benchmark run.
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof SetAside || isCorrupt(error);
}

/** Renames the file with its journal, and says under which name. */
function setAside(path: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
  let kept = `${path}.broken-${stamp}`;
  // A clock that was put back gives the same time twice.
  for (let more = 2; existsSync(kept); more += 1) kept = `${path}.broken-${stamp}-${more}`;
  renameSync(path, kept);
  for (const suffix of ['-wal', '-shm']) if (existsSync(path + suffix)) renameSync(path + suffix, kept + suffix);
  return kept;
}

function inMemory(path: string, error: unknown): Opened {
  // Behind the comma stands the path; pages show this to whoever visits.
  const why = (error instanceof Error ? error.message : String(error)).replace(/,.*/s, '');
  const notice: StoreNotice = { code: 'in-memory', file: basename(path), why };
  const readable = openToRead(path);
  if (readable.ok) {
    const database = copyToMemory(readable.value);
    readable.value.close();
    return { database, persistent: false, notices: [notice] };
  }
  const database = new DatabaseSync(':memory:');
  migrate(database);
  return { database, persistent: false, notices: [notice] };
}
