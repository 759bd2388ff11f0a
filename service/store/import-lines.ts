import * as z from 'zod';
import { fitSchema } from '../protocol/fit-schema.ts';
import { keyHashOf } from '../recorder/key.ts';
import { atMsSchema } from '../protocol/run.ts';
import { runSchema, storedEnvironmentSchema, type Run } from '../recorder/run.ts';
import { contradictionIn } from './contradictions.ts';
import { EXPORT_VERSION } from './export-lines.ts';
import type { Store } from './store.ts';
import { parseStrictly } from './strict-json.ts';

const BYTE_ORDER_MARK = /^\uFEFF/;
/** A run with fifty extras and a long error is below 32 KiB. */
const MOST_LINE_CHARACTERS = 64 * 1024;
const MOST_PROBLEMS = 20;
const MOST_PROBLEM_CHARACTERS = 300;
/** A sidecar that uses the store waits for a transaction to end, but between two it may not get its turn for seconds. */
const RUNS_AT_ONCE = 100;
/** Nobody's damaged export; somebody's other file. */
const MOST_LINES_LEFT_OUT = 10_000;
/** Clocks differ, but a run of next year would be the newest for a year. */
const MOST_AHEAD_MS = 24 * 3_600_000;

export interface ImportResult {
  readonly runsAdded: number;
  /** Runs that were there already. */
  readonly runsKnown: number;
  /** What is wrong with which lines; they were left out, the others were not. At most `MOST_PROBLEMS`. */
  readonly problems: readonly { readonly line: number; readonly problem: string }[];
  readonly linesLeftOut: number;
  /** The line at which reading stopped, since so many could not be read; null where all were. */
  readonly stoppedAtLine: number | null;
  /** Why nothing of the file was taken over, whatever its lines: its header says that a later version wrote it, or no line is like one of an export. */
  readonly refusal: 'later-version' | 'no-export' | null;
}

const laterHeaderSchema = z.object({ kind: z.literal('headroom-export'), version: z.int().gt(EXPORT_VERSION) });
/** Also in a line that was cut, or edited until it was no JSON. */
const LIKE_OURS = /"kind"\s*:\s*"(?:headroom-export|environment|run)"/;

const lineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('headroom-export'), version: z.literal(EXPORT_VERSION) }),
  z.strictObject({ kind: z.literal('environment'), keyHash: z.string().max(64), seenAtMs: atMsSchema, environment: storedEnvironmentSchema }),
  z.strictObject({ kind: z.literal('run'), run: runSchema }),
]);

/**
 * Takes over what `exportLines` wrote, here or elsewhere. Runs that are known by their id stay as they are, so importing twice
 * changes nothing.
 * @param openStore called when the first lines are to be kept, and again for more; gives the same store.
 * @param pieces the text, cut anywhere.
 */
export async function importLines(openStore: () => Store, pieces: AsyncIterable<string> | Iterable<string>, nowMs: number): Promise<ImportResult> {
  const problems: { line: number; problem: string }[] = [];
  let runsAdded = 0;
  let runsKnown = 0;
  let linesLeftOut = 0;
  let isFirst = true;
  let likeOurs = false;

  const pending: Run[] = [];
  const resultOf = (refusal: ImportResult['refusal'], stoppedAtLine: number | null = null): ImportResult => ({ runsAdded, runsKnown, problems, linesLeftOut, stoppedAtLine, refusal });

  function keep(): void {
    if (pending.length === 0) return;
    const added = openStore().saveRuns(pending);
    runsAdded += added;
    runsKnown += pending.length - added;
    pending.length = 0;
  }

  function take(text: string): string | null {
    const read = readLine(text);
    if (!read.ok) return read.problem;
    const { value } = read;
    if (value.kind === 'run') {
      const { startedAtMs, endedAtMs } = value.run;
      const contradiction = contradictionIn(value.run) ?? aheadOfClock('run.startedAtMs', startedAtMs, nowMs) ?? aheadOfClock('run.endedAtMs', endedAtMs, nowMs);
      if (contradiction !== null) return contradiction;
      pending.push(value.run);
      if (pending.length === RUNS_AT_ONCE) keep();
    } else if (value.kind === 'environment') {
      if (keyHashOf(value.environment) !== value.keyHash) return 'the key hash does not belong to this environment';
      const ahead = aheadOfClock('seenAtMs', value.seenAtMs, nowMs);
      if (ahead !== null) return ahead;
      const store = openStore();
      const known = store.environments().find(({ keyHash }) => keyHash === value.keyHash);
      if (known !== undefined && known.seenAtMs >= value.seenAtMs) return null;
      store.saveEnvironment(value.keyHash, value.environment, value.seenAtMs);
    }
    return null;
  }

  for await (const { number, text } of linesOf(pieces)) {
    if (isFirst && text !== null && isLaterHeader(text)) return resultOf('later-version');
    isFirst = false;
    likeOurs ||= text !== null && LIKE_OURS.test(text);
    const problem = text === null ? `longer than ${MOST_LINE_CHARACTERS} characters` : take(text);
    if (problem === null) continue;
    linesLeftOut += 1;
    if (problems.length < MOST_PROBLEMS) problems.push({ line: number, problem: problem.replaceAll(/\s+/g, ' ').slice(0, MOST_PROBLEM_CHARACTERS) });
    if (linesLeftOut === MOST_LINES_LEFT_OUT) {
      keep();
      return resultOf(likeOurs ? null : 'no-export', number);
    }
  }
  keep();
  return resultOf(likeOurs || linesLeftOut === 0 ? null : 'no-export');
}

/** Lines that are not blank, with their numbers from 1; `text` is null for one that is too long, which is never held as a whole. */
async function* linesOf(pieces: AsyncIterable<string> | Iterable<string>): AsyncGenerator<{ number: number; text: string | null }> {
  let number = 1;
  let text = '';
  let tooLong = false;
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', start)) {
      text += piece.slice(start, end);
      if (number === 1) text = text.replace(BYTE_ORDER_MARK, '');
      if (tooLong || text.length > MOST_LINE_CHARACTERS) yield { number, text: null };
      else if (text.trim() !== '') yield { number, text };
      number += 1;
      text = '';
      tooLong = false;
      start = end + 1;
    }
    text += piece.slice(start);
    if (text.length > MOST_LINE_CHARACTERS) {
      tooLong = true;
      text = '';
    }
  }
  if (number === 1) text = text.replace(BYTE_ORDER_MARK, '');
  if (tooLong) yield { number, text: null };
  else if (text.trim() !== '') yield { number, text };
}

function isLaterHeader(text: string): boolean {
  const read = parseStrictly(text);
  return read.ok && fitSchema(laterHeaderSchema, read.value).ok;
}

function aheadOfClock(name: string, atMs: number, nowMs: number): string | null {
  return atMs > nowMs + MOST_AHEAD_MS ? `${name}: more than a day ahead of this machine's clock` : null;
}

type Read = { readonly ok: true; readonly value: z.infer<typeof lineSchema> } | { readonly ok: false; readonly problem: string };

function readLine(text: string): Read {
  const read = parseStrictly(text);
  if (!read.ok) return read;
  const fitted = fitSchema(lineSchema, read.value);
  return fitted.ok ? fitted : { ok: false, problem: fitted.problems[0] ?? 'not a line of an export' };
}
