/** The state of the store, without changing it. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { kindOf } from '../store/migrations.ts';
import { STORE_FILE, isNoFile } from '../store/open.ts';

export interface StoreReport {
  readonly path: string;
  /** `foreign`: another program's or a later version's; `damaged`: the sidecar will set it aside and begin a new one. */
  readonly state: 'absent' | 'ok' | 'foreign' | 'damaged' | 'unreadable';
  /** With the journal beside it, where the newest runs may lie. */
  readonly sizeBytes: number | null;
  readonly runs: number | null;
  /** Whether a store may be written there; null where the folder is not there yet. */
  readonly folderWritable: boolean | null;
}

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

export function inspectStore(dataDir: string): StoreReport {
  const path = join(dataDir, STORE_FILE);
  const folderWritable = existsSync(dataDir) ? isWritable(dataDir) : null;
  if (!existsSync(path)) return { path, state: 'absent', sizeBytes: null, runs: null, folderWritable };
  if (isNoFile(path)) return { path, state: 'unreadable', sizeBytes: null, runs: null, folderWritable };
  const sizeBytes = sizeOf(path) + sizeOf(`${path}-wal`);
  return { path, sizeBytes, folderWritable, ...readState(path) };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function readState(path: string): Pick<StoreReport, 'state' | 'runs'> {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 1000 });
    const kind = kindOf(database);
    if (kind === 'foreign') return { state: 'foreign', runs: null };
    if (kind === 'new') return { state: 'ok', runs: 0 };
    const check = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
    if (check !== 'ok') return { state: 'damaged', runs: null };
    return { state: 'ok', runs: Number(database.prepare('SELECT count(*) AS n FROM runs').get()?.['n'] ?? 0) };
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) & 0xff : null;
    return { state: code === SQLITE_CORRUPT || code === SQLITE_NOTADB ? 'damaged' : 'unreadable', runs: null };
  } finally {
    database?.close();
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
