import { randomUUID } from 'node:crypto';
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createCalibrator } from '../calibration/calibrator.ts';
import { contradictionsOf } from '../calibration/imported.ts';
import { createHistories } from '../calibration/history.ts';
import * as words from '../words/index.ts';
import { exportLines } from '../store/export-lines.ts';
import { importLines, type ImportResult } from '../store/import-lines.ts';
import { openStore, type Store } from '../store/store.ts';
import { MOST_SILENCE_MS, piecesOf } from './input.ts';
import type { TimedIo } from './io.ts';
import { storeToRead } from './stored.ts';
import { fileProblem } from './file-problem.ts';

/**
 * Writes all runs as NDJSON to a file, or to stdout where none is named. A file that is there is replaced only where
 * `force` says so, and only by what is whole: it may be the last copy. Fails also where some runs could not be read;
 * the others are written.
 */
export async function exportRuns(dataDir: string, file: string | null, force: boolean, io: TimedIo): Promise<number> {
  const store = storeToRead('export', dataDir, io);
  if (store === null) return 1;
  try {
    if (file === null) await printAll(exportLines(store), io);
    else writeWhole(file, exportLines(store), force);
  } catch (error) {
    if (file === null) throw error;
    io.err(`headroom export: ${words.unwritableInWords(file, fileProblem(error))}\n`);
    return 1;
  } finally {
    store.close();
  }
  const { notices } = store;
  for (const notice of notices) io.err(`headroom export: ${words.storeNoticeInWords(notice)}\n`);
  return notices.length === 0 ? 0 : 1;
}

/** Pieces of so many characters are written: a line each would be as many calls to the system as there are runs. */
const PIECE_CHARACTERS = 64 * 1024;

function* piecesFrom(lines: Iterable<string>): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** As fast as it is taken: what is not is held in memory. */
async function printAll(lines: Iterable<string>, io: TimedIo): Promise<void> {
  for (const piece of piecesFrom(lines)) {
    io.out(piece);
    await io.taken();
  }
}

/**
 * What is there is replaced only once the new text is on the disk, which may be full; of a text that is not, nothing
 * stays.
 */
function writeWhole(file: string, lines: Iterable<string>, force: boolean): void {
  const replaced = force && statSync(file, { throwIfNoEntry: false })?.isFile() === true ? realpathSync(file) : null;
  // A device, or what is not there yet.
  if (force && replaced === null) return writeTo(openSync(file, 'w'), lines);
  const fresh = replaced === null ? file : `${replaced}.${randomUUID()}`;
  // Before anything that could fail there must be no file: what is removed afterwards is ours.
  const descriptor = openSync(fresh, 'wx');
  try {
    writeTo(descriptor, lines);
    if (replaced !== null) renameSync(fresh, replaced);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

function writeTo(descriptor: number, lines: Iterable<string>): void {
  try {
    for (const piece of piecesFrom(lines)) writeFileSync(descriptor, piece);
  } finally {
    closeSync(descriptor);
  }
}

function tellProblems(
  file: string,
  { problems, linesLeftOut, stoppedAtLine, refusal }: ImportResult,
  io: TimedIo,
): void {
  const isForeign = refusal === 'no-export';
  for (const { line, problem } of isForeign ? problems.slice(0, 1) : problems)
    io.err(`headroom import: ${words.lineProblemInWords(line, problem)}\n`);
  if (isForeign) return io.err(`headroom import: ${words.noExportInWords(file)}\n`);
  const unnamed = linesLeftOut - problems.length;
  if (unnamed > 0) io.err(`headroom import: ${words.moreLinesInWords(unnamed)}\n`);
  if (stoppedAtLine !== null) io.err(`headroom import: ${words.stoppedInWords(stoppedAtLine)}\n`);
}

/** More would keep waiting whoever imports. */
const MOST_SET_UPS = 8;

/** What of the imported runs contradicts what was measured here, set-up by set-up. */
function contradictionsIn(store: Store): string[] {
  const histories = createHistories(store);
  const calibrator = createCalibrator(histories);
  return store.environments(MOST_SET_UPS).flatMap(({ keyHash, imported, environment }) => {
    if (imported || store.newestImported(keyHash, 1).stored === 0) return [];
    const found = contradictionsOf(calibrator.of(keyHash, environment).imported);
    return found === null ? [] : [words.ofSetUpInWords(keyHash, words.contradictionsInWords(found))];
  });
}

/** So that half of the time the file is free. */
function pauseAsLong(tookMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, tookMs));
}

/** How long another program's lock, and a pipe that says nothing, are waited for. */
interface ImportLimits {
  readonly busyMs?: number;
  readonly mostSilenceMs?: number;
}

/**
 * Takes over an export (`own`: of this machine's own runs); says which lines could not be, and fails if there were any,
 * or if not all could be written. A file with nothing to take over makes no store.
 */
export async function importRuns(
  dataDir: string,
  file: string,
  own: boolean,
  io: TimedIo,
  { busyMs, mostSilenceMs = MOST_SILENCE_MS }: ImportLimits = {},
): Promise<number> {
  const opened: { store: Store | null; wasPersistent: boolean } = { store: null, wasPersistent: true };
  const open = (): Store => {
    if (opened.store === null) {
      opened.store = openStore(dataDir, io.nowMs(), busyMs);
      opened.wasPersistent = opened.store.persistent;
      for (const notice of opened.store.notices) io.err(`headroom: ${words.storeNoticeInWords(notice)}\n`);
    }
    return opened.store;
  };
  try {
    const result = await importLines(open, piecesOf(file, mostSilenceMs), {
      nowMs: io.nowMs(),
      own,
      pause: pauseAsLong,
    });
    if (result.refusal === 'later-version') {
      io.err(`headroom import: ${words.laterExportInWords(file)}\n`);
      return 1;
    }
    tellProblems(file, result, io);
    // What another program's lock has kept from the file is written now, or never.
    const { store, wasPersistent } = opened;
    const contradictions = store === null || own || result.runsAdded === 0 ? [] : contradictionsIn(store);
    opened.store = null;
    store?.close();
    if (store?.persistent === false) {
      io.err(`headroom import: ${words.notKeptInWords(wasPersistent)}\n`);
      return 1;
    }
    io.out(`${words.importedInWords(result)}\n`);
    if (!own && result.runsAdded > 0) io.out(`${words.MARKED_AS_IMPORTED}\n`);
    for (const line of contradictions) io.out(`${line}\n`);
    return result.linesLeftOut === 0 ? 0 : 1;
  } catch (error) {
    io.err(`headroom import: ${words.unreadableInWords(file, fileProblem(error))}\n`);
    return 1;
  } finally {
    opened.store?.close();
  }
}
