import { createReadStream, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportLines } from '../store/export-lines.ts';
import { importLines } from '../store/import-lines.ts';
import { STORE_FILE } from '../store/open.ts';
import { openStore, type Store } from '../store/store.ts';
import type { TimedIo } from './io.ts';
import { counted, fileProblem } from './words.ts';

/** Writes all runs as NDJSON to a file, or to stdout where none is named. A file that is there is replaced only where `force` says so. */
export function exportRuns(dataDir: string, file: string | null, force: boolean, io: TimedIo): number {
  if (!existsSync(join(dataDir, STORE_FILE))) {
    io.err(`headroom export: there is no store in ${dataDir}. Name the right folder with --data-dir.\n`);
    return 1;
  }
  const store = openAndTell(dataDir, io);
  const text = [...exportLines(store)].join('');
  store.close();
  if (file === null) {
    io.out(text);
    return 0;
  }
  try {
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    io.err(`headroom export: "${file}" cannot be written: ${fileProblem(error)}.\n`);
    return 1;
  }
  return 0;
}

/** Takes over an export; says which lines could not be, and fails if there were any, or if nothing could be written. A file with nothing to take over makes no store. */
export async function importRuns(dataDir: string, file: string, io: TimedIo): Promise<number> {
  const opened: { store: Store | null } = { store: null };
  try {
    const result = await importLines(() => (opened.store ??= openAndTell(dataDir, io)), createReadStream(file, 'utf8') as AsyncIterable<string>);
    for (const { line, problem } of result.problems) io.err(`headroom import: line ${line}: ${problem}\n`);
    const unnamed = result.linesLeftOut - result.problems.length;
    if (unnamed > 0) io.err(`headroom import: and ${counted(unnamed, 'more line')}.\n`);
    if (result.stoppedAtLine !== null) io.err(`headroom import: stopped at line ${result.stoppedAtLine}: this is no export.\n`);
    if (opened.store?.persistent === false) {
      io.err('headroom import: nothing was kept.\n');
      return 1;
    }
    io.out(`${counted(result.runsAdded, 'run')} added, ${result.runsKnown} known already, ${counted(result.linesLeftOut, 'line')} left out.\n`);
    return result.linesLeftOut === 0 ? 0 : 1;
  } catch (error) {
    io.err(`headroom import: "${file}" cannot be read: ${fileProblem(error)}.\n`);
    return 1;
  } finally {
    opened.store?.close();
  }
}

function openAndTell(dataDir: string, io: TimedIo): Store {
  const store = openStore(dataDir, io.nowMs());
  for (const notice of store.notices) io.err(`headroom: ${notice}\n`);
  return store;
}
