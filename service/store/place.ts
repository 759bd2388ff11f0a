/** Where the store of a WebUI lies: in its data folder, or in a temporary one where that cannot be written. */
import { createHash, randomUUID } from 'node:crypto';
import { lstatSync, mkdtempSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { StoreNotice } from '../protocol/notice.ts';
import { makeFolder, BUSY_MS } from './open.ts';
import { openStore, type Store } from './store.ts';

/**
 * The temporary folder is the same at each start. Where none can be made either (a full disk, a read-only system) the
 * proper place is opened, and the store is then in memory.
 * @param shown a path as it may be told to whoever visits.
 */
export function openStoreOfWebui(
  wanted: string,
  nowMs: number,
  shown: (path: string) => string,
  temporary = tmpdir(),
): Store {
  const folder = isWritable(wanted) ? wanted : (temporaryFolder(wanted, temporary) ?? wanted);
  const notice: StoreNotice = { code: 'elsewhere', wanted: shown(wanted), folder: shown(folder) };
  return openStore(folder, nowMs, BUSY_MS, folder === wanted ? [] : [notice]);
}

/** Asks by writing: access bits say little on Windows and on network drives. */
function isWritable(folder: string): boolean {
  const file = join(folder, `.writable-${randomUUID()}`);
  try {
    makeFolder(folder);
    writeFileSync(file, '', { flag: 'wx' });
    unlinkSync(file);
    return true;
  } catch {
    return false;
  }
}

/**
 * One for each user and each `wanted`. The system's temporary folder is everybody's: what another made is not used.
 * Null where none can be made.
 */
function temporaryFolder(wanted: string, temporary: string): string | null {
  const user = process.getuid?.() ?? 'user';
  const hash = createHash('sha256').update(resolve(wanted)).digest('hex').slice(0, 12);
  const folder = join(temporary, `headroom-${user}-${hash}`);
  try {
    makeFolder(folder);
    if (isOursAlone(folder) && isWritable(folder)) return folder;
  } catch {
    // Something of that name is there, and no folder.
  }
  try {
    return mkdtempSync(join(temporary, 'headroom-'));
  } catch {
    return null;
  }
}

/** A real folder, no link to one, of this user, closed to all others. On Windows the temporary folder is the user's. */
function isOursAlone(folder: string): boolean {
  const found = lstatSync(folder);
  if (!found.isDirectory()) return false;
  return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o077) === 0);
}
