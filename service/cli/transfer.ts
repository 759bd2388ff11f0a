import { createReadStream, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportLines } from '../store/export-lines.ts';
import { importLines } from '../store/import-lines.ts';
import { STORE_FILE } from '../store/open.ts';
import { openStore } from '../store/store.ts';
import type { CliIo, TimedIo } from './io.ts';

/** Writes all runs as NDJSON to a file, or to stdout where none is named. */
export function exportRuns(dataDir: string, file: string | null, io: TimedIo): number {
  if (!existsSync(join(dataDir, STORE_FILE))) {
    io.err(`headroom export: there is no store in ${dataDir}. Name the right folder with --data-dir.\n`);
    return 1;
  }
  const store = openStore(dataDir, io.nowMs());
  tell(store.notices, io);
  const text = [...exportLines(store)].join('');
  store.close();
  if (file === null) {
    io.out(text);
    return 0;
  }
  try {
    writeFileSync(file, text);
  } catch (error) {
    io.err(`headroom export: ${problemOf(error)}\n`);
    return 1;
  }
  return 0;
}

/** Takes over an export; says which lines could not be, and fails if there were any. */
export async function importRuns(dataDir: string, file: string, io: TimedIo): Promise<number> {
  const store = openStore(dataDir, io.nowMs());
  try {
    tell(store.notices, io);
    const result = await importLines(store, createReadStream(file, 'utf8') as AsyncIterable<string>);
    for (const { line, problem } of result.problems) io.err(`headroom import: line ${line}: ${problem}\n`);
    const unnamed = result.linesLeftOut - result.problems.length;
    if (unnamed > 0) io.err(`headroom import: and ${unnamed} more lines.\n`);
    io.out(`${result.runsAdded} runs added, ${result.runsKnown} known already, ${result.linesLeftOut} lines left out.\n`);
    return result.linesLeftOut === 0 ? 0 : 1;
  } catch (error) {
    io.err(`headroom import: ${problemOf(error)}\n`);
    return 1;
  } finally {
    store.close();
  }
}

function tell(notices: readonly string[], io: CliIo): void {
  for (const notice of notices) io.err(`headroom: ${notice}\n`);
}

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
