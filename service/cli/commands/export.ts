/** `headroom export [FILE]`: all runs as NDJSON. */
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { exportLines } from '../../store/export-lines.ts';
import * as words from '../../words/index.ts';
import { readArgs } from '../args.ts';
import { fileProblem } from '../file-problem.ts';
import type { TimedIo } from '../io.ts';
import { misunderstood } from '../misunderstood.ts';
import { createProgress, type Progress } from '../progress.ts';
import { storeToRead } from '../stored.ts';
import type { Verb } from '../verb.ts';

export const VERB: Verb<'export'> = {
  name: 'export',
  arguments: ['[FILE]'],
  options: { force: null, 'data-dir': 'DIR' },
  answer: (args, world) => {
    const parsed = readArgs(args, VERB.options, VERB.arguments.length);
    if (!parsed.ok) return misunderstood(VERB.name, parsed.reason, world);
    const [file = null] = parsed.value.files;
    return exportRuns(parsed.value.text('data-dir') ?? world.defaultDataDir(), file, parsed.value.flag('force'), world);
  },
};

/**
 * Writes all runs as NDJSON to a file, or to stdout where none is named. A file that is there is replaced only where
 * `force` says so, and only by what is whole: it may be the last copy. Fails also where some runs could not be read;
 * the others are written.
 */
async function exportRuns(dataDir: string, file: string | null, force: boolean, io: TimedIo): Promise<number> {
  const store = storeToRead('export', dataDir, io);
  if (store === null) return 1;
  const progress = createProgress(io);
  try {
    const lines = counted(exportLines(store), progress);
    if (file === null) await printAll(lines, io);
    else writeWhole(file, lines, force);
  } catch (error) {
    if (file === null) throw error;
    progress.end();
    io.err(`headroom export: ${words.unwritableInWords(file, fileProblem(error))}\n`);
    return 1;
  } finally {
    progress.end();
    store.close();
  }
  const { notices } = store;
  for (const notice of notices) io.err(`headroom export: ${words.storeNoticeInWords(notice)}\n`);
  return notices.length === 0 ? 0 : 1;
}

/** The lines, telling how many there were. */
function* counted(lines: Iterable<string>, progress: Progress): Generator<string> {
  let count = 0;
  for (const line of lines) {
    count += 1;
    progress.tell(() => words.writtenSoFarInWords(count));
    yield line;
  }
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
