import { lstatSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Result } from '../base/result.ts';
import { hasOwnShape, kindOf, viewAsCurrent } from './migrations.ts';

/**
 * `absent`: also a file with nothing in it. `foreign`: another program's or a later version's. `unreadable`: not for
 * this user, or not now.
 */
export type ReadFailure = 'absent' | 'unreadable' | 'damaged' | 'foreign';

const BUSY_MS = 1_000;
/** Of statements that are all ours: what the file's head says is of a kind that SQLite does not know. */
const SQLITE_ERROR = 1;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/**
 * The store as it lies there, an older one too: nothing is made, mended or set aside. Its pages are not checked: see
 * `damageOf`.
 */
export function openToRead(path: string): Result<DatabaseSync, ReadFailure> {
  if (isAbsent(path)) return { ok: false, reason: 'absent' };
  if (isNoFile(path)) return { ok: false, reason: 'unreadable' };
  const opened = readableAt(path);
  if (opened.ok || opened.reason !== 'unreadable') return opened;
  const url = pathToFileURL(path);
  // SQLite reads a journal only where it may write beside it. Without it the file is as it was when last put in order.
  url.searchParams.set('immutable', '1');
  return readableAt(url);
}

function readableAt(place: string | URL): Result<DatabaseSync, ReadFailure> {
  let database: DatabaseSync | null = null;
  let reason: ReadFailure;
  try {
    database = new DatabaseSync(place, { readOnly: true, timeout: BUSY_MS });
    const kind = kindOf(database);
    if (kind === 'ours' && hasOwnShape(database)) {
      viewAsCurrent(database);
      return { ok: true, value: database };
    }
    reason = kind === 'new' ? 'absent' : 'foreign';
  } catch (error) {
    reason = isCorrupt(error) ? 'damaged' : 'unreadable';
  }
  database?.close();
  return { ok: false, reason };
}

/** What SQLite finds wrong with the pages, in its words; null where nothing is. */
export function damageOf(database: DatabaseSync): string | null {
  const found = String(Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0]);
  return found === 'ok' ? null : found;
}

export function isCorrupt(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) & 0xff : null;
  return code === SQLITE_ERROR || code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** What this user may not look at, and a link that leads nowhere, is there. */
function isAbsent(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** Opening a pipe would wait for ever for its other end. What cannot be looked at is for SQLite to complain of. */
export function isNoFile(path: string): boolean {
  try {
    return !statSync(path).isFile();
  } catch {
    return false;
  }
}
