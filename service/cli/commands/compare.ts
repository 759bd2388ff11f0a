/** `headroom compare A B`: two recordings, runs of the WebUI, or one of each, side by side. */
import { existsSync } from 'node:fs';
import type { Result } from '../../base/result.ts';
import { linesOf } from '../../base/lines.ts';
import { at } from '../../base/at.ts';
import { compare, type Comparison } from '../../compare/compare.ts';
import { sideOfRecording } from '../../compare/recorded.ts';
import { sideOfRun, type Side } from '../../compare/side.ts';
import type { Run, StoredEnvironment } from '../../recorder/run.ts';
import { readRecording } from '../../recording/read.ts';
import { entryOf } from '../../store/import-entry.ts';
import { openStoreToRead } from '../../store/store.ts';
import { jsonLine } from '../../store/json-line.ts';
import * as words from '../../words/index.ts';
import { comparisonInWords } from '../../words/terminal.ts';
import { readArgs } from '../args.ts';
import { oneLine } from '../discreet.ts';
import { piecesOf } from '../input.ts';
import type { TimedIo } from '../io.ts';
import { misunderstood } from '../misunderstood.ts';
import type { Verb } from '../verb.ts';
import { fileProblem } from '../file-problem.ts';

interface CompareWorld extends TimedIo {
  readonly defaultDataDir: () => string;
}

export const VERB: Verb<'compare'> = {
  name: 'compare',
  arguments: ['A', 'B'],
  options: { 'data-dir': 'DIR', json: null },
  answer: compareCommand,
};

/** 0 where both are there, 1 where one is not, 2 where it was not understood or a file cannot be read. */
async function compareCommand(args: readonly string[], world: CompareWorld): Promise<number> {
  const parsed = readArgs(args, VERB.options, VERB.arguments.length);
  if (!parsed.ok) return misunderstood(VERB.name, parsed.reason, world);
  const [a, b] = parsed.value.files;
  if (a === undefined || b === undefined) return misunderstood(VERB.name, words.COMPARE_NEEDS_TWO, world);
  const dataDir = parsed.value.text('data-dir') ?? world.defaultDataDir();
  const compared = await compareNamed(a, b, dataDir, world);
  if (!compared.ok) {
    const why = oneLine(compared.reason.words);
    if (compared.reason.isUnreadable) return misunderstood(VERB.name, why, world);
    world.err(`headroom compare: ${why}\n`);
    return 1;
  }
  const comparison = compared.value;
  world.out(
    parsed.value.flag('json')
      ? jsonLine({ ok: true, schemaVersion: 1, ...comparison })
      : comparisonInWords(comparison)
          .map((line) => `${oneLine(line)}\n`)
          .join(''),
  );
  return 0;
}

/** Why two are not compared, in words. `isUnreadable`: a file that was named cannot be read at all. */
interface NotCompared {
  readonly words: string;
  readonly isUnreadable: boolean;
}

const notThere = (why: string): { readonly ok: false; readonly reason: NotCompared } => ({
  ok: false,
  reason: { words: why, isUnreadable: false },
});

/** Two by their names, as the help explains them. */
export async function compareNamed(
  a: string,
  b: string,
  dataDir: string,
  world: Pick<CompareWorld, 'nowMs'>,
): Promise<Result<Comparison, NotCompared>> {
  const sides: Side[] = [];
  for (const name of [a, b]) {
    const side = ofStore(name) ? sideInStore(name, dataDir) : await sideInFile(name, world);
    if (!side.ok) return side;
    sides.push(side.value);
  }
  return { ok: true, value: compare(at(sides, 0), at(sides, 1)) };
}

const BY_ID = /^run:(.+)$/;
const BY_SETTINGS = /^settings:(\d{1,5})x(\d{1,5})(?:x(\d{1,3}))?$/;

function ofStore(name: string): boolean {
  return name === 'last' || BY_ID.test(name) || BY_SETTINGS.test(name);
}

function sideInStore(name: string, dataDir: string): Result<Side, NotCompared> {
  const opened = openStoreToRead(dataDir);
  if (!opened.ok) return notThere(words.noStoreInWords(opened.reason, dataDir));
  const store = opened.value;
  try {
    const found = lastOf(store.storedRuns(), name);
    if (found === null) return notThere(words.noSuchRunInWords(name));
    return { ok: true, value: sideOfRun(name, found, store.environment(found.keyHash)) };
  } finally {
    store.close();
  }
}

/** Oldest first they come, so the last that is meant is the newest. */
function lastOf(runs: Iterable<{ readonly run: Run }>, name: string): Run | null {
  let found: Run | null = null;
  for (const { run } of runs) if (isMeant(run, name)) found = run;
  return found;
}

function isMeant({ runId, settings, origin }: Run, name: string): boolean {
  const id = BY_ID.exec(name)?.[1];
  if (id !== undefined) return runId.startsWith(id);
  const sizes = BY_SETTINGS.exec(name);
  if (sizes === null) return origin !== 'warm-up';
  const [, width, height, batch = '1'] = sizes;
  const same = settings.width === Number(width) && settings.height === Number(height);
  return same && settings.batchSize === Number(batch) && settings.hires === null && origin !== 'warm-up';
}

/** A recording; else an export: its newest run, or with `FILE#ID` the one that is named. */
async function sideInFile(name: string, world: Pick<CompareWorld, 'nowMs'>): Promise<Result<Side, NotCompared>> {
  const cut = name.lastIndexOf('#');
  const [path, id] = existsSync(name) || cut < 0 ? [name, null] : [name.slice(0, cut), name.slice(cut + 1)];
  try {
    const recording = id === null ? await readRecording(piecesOf(path)) : null;
    if (recording?.ok === true) return { ok: true, value: sideOfRecording(name, recording.value) };
    if (recording !== null && recording.reason !== 'no-recording')
      return notThere(words.notComparableInWords(path, recording.reason));
    const side = await sideInExport(name, path, id, world.nowMs());
    return side === null ? notThere(words.notComparableInWords(name, 'no-recording')) : { ok: true, value: side };
  } catch (error) {
    return { ok: false, reason: { words: words.unreadableInWords(path, fileProblem(error)), isUnreadable: true } };
  }
}

const MOST_LINE_CHARACTERS = 64 * 1024;

async function sideInExport(name: string, path: string, id: string | null, nowMs: number): Promise<Side | null> {
  const environments = new Map<string, StoredEnvironment>();
  let found: Run | null = null;
  for await (const line of linesOf(piecesOf(path), MOST_LINE_CHARACTERS)) {
    const entry = line === null || line.trim() === '' ? null : entryOf(line, true, nowMs);
    // What is no export has nothing of one in its first line.
    if (entry?.ok === false && environments.size === 0 && found === null) return null;
    if (entry?.ok !== true) continue;
    if (entry.value.kind === 'environment')
      environments.set(entry.value.environment.keyHash, entry.value.environment.environment);
    if (entry.value.kind === 'run' && (id === null || entry.value.run.run.runId.startsWith(id)))
      found = entry.value.run.run;
  }
  return found === null ? null : sideOfRun(name, found, environments.get(found.keyHash) ?? null);
}
