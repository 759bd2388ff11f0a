import { linesOf } from '../base/lines.ts';
import { entryOf, isLaterHeader } from './import-entry.ts';
import type { StoredRun } from './run-rows.ts';
import type { KnownEnvironment } from './environment-rows.ts';
import type { Store } from './store.ts';

const BYTE_ORDER_MARK = /^\uFEFF/;
/** A run with fifty extras and a long error is below 32 KiB. */
const MOST_LINE_CHARACTERS = 64 * 1024;
const MOST_PROBLEMS = 20;
const MOST_PROBLEM_CHARACTERS = 300;
/** A sidecar that uses the store waits for a transaction to end. */
const LINES_AT_ONCE = 100;
/** Nobody's damaged export; somebody's other file. */
const MOST_LINES_LEFT_OUT = 10_000;
/** Of a pipe that never ends: no export has so much in a row that is of no use. */
const MOST_USELESS_CHARACTERS = 2 ** 31;
/** Also in a line that was cut, or edited until it was no JSON. */
const LIKE_OURS = /"kind"\s*:\s*"(?:headroom-export|environment|run)"/;

export interface ImportResult {
  readonly runsAdded: number;
  /** Runs that were there already. */
  readonly runsKnown: number;
  /** What is wrong with which lines; they were left out, the others were not. At most `MOST_PROBLEMS`. */
  readonly problems: readonly { readonly line: number; readonly problem: string }[];
  readonly linesLeftOut: number;
  /** The line at which reading stopped, since so many could not be read; null where all were. */
  readonly stoppedAtLine: number | null;
  /**
   * Why nothing of the file was taken over, whatever its lines: its header says that a later version wrote it, or no
   * line is like one of an export.
   */
  readonly refusal: 'later-version' | 'no-export' | null;
}

export interface ImportOptions {
  readonly nowMs: number;
  /** What the file does not call imported was measured on this machine: a backup comes back. */
  readonly own?: boolean;
  /**
   * Awaited behind each transaction, which took so long: between two without a pause nobody else who writes may get his
   * turn for seconds.
   */
  readonly pause?: (tookMs: number) => Promise<void>;
  readonly mostUselessCharacters?: number;
}

/**
 * Takes over what `exportLines` wrote, here or elsewhere. Runs that are known by their id stay as they are, so
 * importing twice changes nothing.
 * @param openStore called when the first lines are to be kept, and again for more; gives the same store.
 * @param pieces the text, cut anywhere.
 */
export async function importLines(
  openStore: () => Store,
  pieces: AsyncIterable<string> | Iterable<string>,
  { nowMs, own = false, pause, mostUselessCharacters = MOST_USELESS_CHARACTERS }: ImportOptions,
): Promise<ImportResult> {
  const problems: { line: number; problem: string }[] = [];
  let linesLeftOut = 0;
  let isFirst = true;
  let likeOurs = false;
  const keeper = createKeeper(openStore, pause);
  const reading: Reading = { lines: 0, uselessCharacters: 0, mostUselessCharacters, isEndless: false };
  const resultOf = (refusal: ImportResult['refusal'], stoppedAtLine: number | null = null): ImportResult => ({
    ...keeper.counts,
    problems,
    linesLeftOut,
    stoppedAtLine,
    refusal,
  });

  function take(text: string): string | null {
    const entry = entryOf(text, own, nowMs);
    if (!entry.ok) return entry.reason;
    if (entry.value.kind === 'run') keeper.runs.push(entry.value.run);
    if (entry.value.kind === 'environment') keeper.environments.push(entry.value.environment);
    return null;
  }

  for await (const { number, text } of numbered(linesOf(whileOfUse(pieces, reading), MOST_LINE_CHARACTERS), reading)) {
    reading.uselessCharacters = 0;
    if (isFirst && text !== null && isLaterHeader(text)) return resultOf('later-version');
    isFirst = false;
    likeOurs ||= text !== null && LIKE_OURS.test(text);
    const problem = text === null ? `longer than ${MOST_LINE_CHARACTERS} characters` : take(text);
    if (keeper.isFull()) await keeper.keep();
    if (problem === null) continue;
    linesLeftOut += 1;
    if (problems.length < MOST_PROBLEMS)
      problems.push({ line: number, problem: problem.replaceAll(/\s+/g, ' ').slice(0, MOST_PROBLEM_CHARACTERS) });
    if (linesLeftOut === MOST_LINES_LEFT_OUT) {
      await keeper.keep();
      return resultOf(likeOurs ? null : 'no-export', number);
    }
  }
  await keeper.keep();
  if (reading.isEndless) return resultOf(likeOurs ? null : 'no-export', reading.lines);
  return resultOf(likeOurs || linesLeftOut === 0 ? null : 'no-export');
}

/** What was read and is not written yet. */
interface Keeper {
  readonly runs: StoredRun[];
  readonly environments: KnownEnvironment[];
  readonly counts: Pick<ImportResult, 'runsAdded' | 'runsKnown'>;
  isFull(): boolean;
  keep(): Promise<void>;
}

function createKeeper(openStore: () => Store, pause: ImportOptions['pause']): Keeper {
  const runs: StoredRun[] = [];
  const environments: KnownEnvironment[] = [];
  const counts = { runsAdded: 0, runsKnown: 0 };
  return {
    runs,
    environments,
    counts,
    isFull: () => runs.length + environments.length >= LINES_AT_ONCE,
    keep: async () => {
      if (runs.length + environments.length === 0) return;
      const startedMs = performance.now();
      if (environments.length > 0) openStore().takeOverEnvironments(environments.splice(0));
      if (runs.length > 0) {
        const added = openStore().takeOverRuns(runs);
        counts.runsAdded += added;
        counts.runsKnown += runs.splice(0).length - added;
      }
      await pause?.(performance.now() - startedMs);
    },
  };
}

/** How far a file, or a pipe that may never end, has been read. */
interface Reading {
  lines: number;
  /** Since the last line that was not blank. */
  uselessCharacters: number;
  readonly mostUselessCharacters: number;
  /** It was given up: nothing but these came for too long. */
  isEndless: boolean;
}

async function* whileOfUse(pieces: AsyncIterable<string> | Iterable<string>, reading: Reading): AsyncGenerator<string> {
  for await (const piece of pieces) {
    reading.uselessCharacters += piece.length;
    yield piece;
    reading.isEndless = reading.uselessCharacters > reading.mostUselessCharacters;
    if (reading.isEndless) return;
  }
}

/** Lines that are not blank, with their numbers from 1; `text` is null for one that is too long. */
async function* numbered(
  lines: AsyncIterable<string | null>,
  reading: Reading,
): AsyncGenerator<{ readonly number: number; readonly text: string | null }> {
  for await (const line of lines) {
    reading.lines += 1;
    const number = reading.lines;
    const text = number === 1 && line !== null ? line.replace(BYTE_ORDER_MARK, '') : line;
    if (text === null || text.trim() !== '') yield { number, text };
  }
}
