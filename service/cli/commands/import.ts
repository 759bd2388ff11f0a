/** `headroom import FILE`: takes over the runs of an export. */
import { statSync } from 'node:fs';
import { createCalibrator } from '../../calibration/calibrator.ts';
import { contradictionsOf } from '../../calibration/imported.ts';
import { createHistories } from '../../calibration/history.ts';
import * as words from '../../words/index.ts';
import { importLines, type ImportResult } from '../../store/import-lines.ts';
import { openStore, type Store } from '../../store/store.ts';
import { MOST_SILENCE_MS, piecesOf } from '../input.ts';
import { readArgs } from '../args.ts';
import type { TimedIo } from '../io.ts';
import { misunderstood } from '../misunderstood.ts';
import { createProgress, type Progress } from '../progress.ts';
import type { Verb } from '../verb.ts';
import { fileProblem } from '../file-problem.ts';

export const VERB: Verb<'import'> = {
  name: 'import',
  arguments: ['FILE'],
  options: { own: null, 'data-dir': 'DIR' },
  answer: (args, world) => {
    const parsed = readArgs(args, VERB.options, VERB.arguments.length);
    if (!parsed.ok) return misunderstood(VERB.name, parsed.reason, world);
    const [file] = parsed.value.files;
    if (file === undefined) return misunderstood(VERB.name, { code: 'import-what' }, world);
    return importRuns(parsed.value.text('data-dir') ?? world.defaultDataDir(), file, parsed.value.flag('own'), world);
  },
};

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

/** The pieces, telling how far into the file they are. */
async function* watched(pieces: AsyncIterable<string>, file: string, progress: Progress): AsyncGenerator<string> {
  // Of a pipe nobody knows how long it will be.
  const stats = statSync(file, { throwIfNoEntry: false });
  const ofBytes = stats?.isFile() === true ? stats.size : null;
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += Buffer.byteLength(piece);
    progress.tell(() => words.readSoFarInWords(bytes, ofBytes));
    yield piece;
  }
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
  const progress = createProgress(io);
  const open = (): Store => {
    if (opened.store === null) {
      opened.store = openStore(dataDir, io.nowMs(), busyMs);
      opened.wasPersistent = opened.store.persistent;
      for (const notice of opened.store.notices) io.err(`headroom: ${words.storeNoticeInWords(notice)}\n`);
    }
    return opened.store;
  };
  try {
    const result = await importLines(open, watched(piecesOf(file, mostSilenceMs), file, progress), {
      nowMs: io.nowMs(),
      own,
      pause: pauseAsLong,
    });
    progress.end();
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
    progress.end();
    return misunderstood(VERB.name, words.unreadableInWords(file, fileProblem(error)), io);
  } finally {
    opened.store?.close();
  }
}
