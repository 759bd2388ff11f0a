/** The state of the store, without changing it. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { numberIn } from '../store/number-in.ts';
import { STORE_FILE } from '../store/open.ts';
import { damageOf, isCorrupt, openToRead, type ReadFailure } from '../store/to-read.ts';

export interface StoreReport {
  readonly path: string;
  /**
   * `foreign`: another program's or a later version's; `damaged`: the sidecar will set it aside and begin a new one.
   */
  readonly state: 'ok' | ReadFailure;
  /** With the journal beside it, where the newest runs may lie. */
  readonly sizeBytes: number | null;
  readonly runs: number | null;
  /** Whether a store may be written there; null where the folder is not there yet. */
  readonly folderWritable: boolean | null;
}

export function inspectStore(dataDir: string): StoreReport {
  const path = join(dataDir, STORE_FILE);
  const folderWritable = existsSync(dataDir) ? isWritable(dataDir) : null;
  const read = readState(path);
  const sizeBytes = read.state === 'absent' ? null : sizeOf(path) + sizeOf(`${path}-wal`);
  return { path, sizeBytes, folderWritable, ...read };
}

/** Of what this user may not look at, and of a link that leads nowhere, 0. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

function readState(path: string): Pick<StoreReport, 'state' | 'runs'> {
  const opened = openToRead(path);
  if (!opened.ok) return { state: opened.reason, runs: null };
  const database = opened.value;
  try {
    if (damageOf(database) !== null) return { state: 'damaged', runs: null };
    return { state: 'ok', runs: numberIn(database.prepare('SELECT count(*) FROM runs').get()) };
  } catch (error) {
    return { state: isCorrupt(error) ? 'damaged' : 'unreadable', runs: null };
  } finally {
    database.close();
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
