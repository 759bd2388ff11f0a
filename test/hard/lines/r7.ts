/** A store that is cut, overwritten, read-only, on a full disk, or carried elsewhere. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Run } from '../../../service/recorder/run.ts';
import { exportLines } from '../../../service/store/export-lines.ts';
import { importLines } from '../../../service/store/import-lines.ts';
import { STORE_FILE } from '../../../service/store/open.ts';
import { openStore } from '../../../service/store/store.ts';
import { exampleRun } from '../../service/recorder/examples.ts';
import { randomRun } from '../fuzz/random-run.ts';
import type { Check, HardContext, HardLine } from '../line.ts';
import { createRandom } from '../random.ts';
import { mountSmallDisk } from '../small-disk.ts';

const PAGE_BYTES = 4096;
const LAST_PAGES = 2;
const RUNS = 60;
const OVERWRITTEN = 3_000;
const CARRIED = 2_000;
const NOW_MS = 1_790_000_000_000;
/** In memory where there is such a place: every opening writes, and a disk would make it a test of the disk. */
const FAST_PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const RUN_LIST = Array.from({ length: RUNS }, (_, at) => exampleRun({ runId: `run-${at}`, startedAtMs: NOW_MS + at }));

interface Opened {
  readonly runs: readonly Run[];
  readonly told: boolean;
}

/** Opens and uses the store as the sidecar would; throws what that throws. */
function use(folder: string): Opened {
  const store = openStore(folder, NOW_MS, 10);
  const runs = store.allRuns();
  store.environments();
  store.openSession('key');
  store.ownAfter('key', 0, 100);
  store.saveRun(exampleRun({ runId: 'afterwards' }));
  const told = store.notices.length > 0;
  if (!store.allRuns().some(({ runId }) => runId === 'afterwards'))
    throw new Error('a run saved afterwards is not there');
  store.close();
  return { runs, told };
}

/** What is wrong with what a damaged store gave: a run that was never saved, or fewer than `atLeast` without a word. */
function problemOf({ runs, told }: Opened, atLeast: number | null): string | null {
  if (atLeast === null) return null;
  const strange = runs.find((run) => !RUN_LIST.some((saved) => isDeepStrictEqual(saved, run)));
  if (strange !== undefined) return `the run ${strange.runId} is not as it was saved`;
  return runs.length < atLeast && !told ? `${atLeast - runs.length} runs are gone without a word` : null;
}

interface Damage {
  readonly name: string;
  readonly bytes: Buffer;
  readonly wal: Buffer | null;
  /**
   * Of the runs, that must be there as they were saved unless something is told; null where a digit may be another one
   * by now.
   */
  readonly atLeast: number | null;
}

/** Makes `damages` one after another in a folder of its own; the problems, in words. */
function tryAll(damages: Iterable<Damage>): { readonly n: number; readonly problems: string[] } {
  const folder = mkdtempSync(join(FAST_PLACE, 'headroom-cut-'));
  const problems: string[] = [];
  let n = 0;
  try {
    for (const { name, bytes, wal, atLeast } of damages) {
      rmSync(folder, { recursive: true });
      const path = join(mkdirp(folder), STORE_FILE);
      writeFileSync(path, bytes);
      if (wal !== null) writeFileSync(`${path}-wal`, wal);
      n += 1;
      try {
        const problem = problemOf(use(folder), atLeast);
        if (problem !== null) problems.push(`${name}: ${problem}`);
      } catch (error) {
        problems.push(`${name}: threw ${String(error)}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { n, problems };
}

/** The store's file after closing, and file and journal before, with the journal's length after each run. */
function makeStore(): {
  readonly closed: Buffer;
  readonly open: Buffer;
  readonly wal: Buffer;
  readonly walBytesAfter: readonly number[];
} {
  const folder = mkdtempSync(join(FAST_PLACE, 'headroom-cut-'));
  const path = join(folder, STORE_FILE);
  const store = openStore(folder, NOW_MS);
  const walBytesAfter = RUN_LIST.map((run) => {
    store.saveRun(run);
    return statSync(`${path}-wal`).size;
  });
  const [open, wal] = [readFileSync(path), readFileSync(`${path}-wal`)];
  store.close();
  const closed = readFileSync(path);
  rmSync(folder, { recursive: true });
  return { closed, open, wal, walBytesAfter };
}

function* cuts(length: number, step: number): Generator<number> {
  for (let at = Math.max(0, length - LAST_PAGES * PAGE_BYTES); at < length; at += step) yield at;
}

function damage({ count, seed }: HardContext): Check[] {
  const { closed, open, wal, walBytesAfter } = makeStore();
  const random = createRandom(seed);
  const step = Math.max(1, Math.round((LAST_PAGES * PAGE_BYTES) / count(LAST_PAGES * PAGE_BYTES)));
  const kinds: [string, Iterable<Damage>][] = [
    [
      'store cut at every byte of its last two pages',
      map(cuts(closed.length, step), (at) => ({
        name: `cut at ${at}`,
        bytes: closed.subarray(0, at),
        wal: null,
        atLeast: RUNS,
      })),
    ],
    [
      'journal cut at every byte of its last two pages: every run written before is there',
      // A journal that ends early is what a power cut leaves, and no damage: what it had whole must be there.
      map(cuts(wal.length, step), (at) => ({
        name: `journal cut at ${at}`,
        bytes: open,
        wal: wal.subarray(0, at),
        atLeast: walBytesAfter.filter((bytes) => bytes <= at).length,
      })),
    ],
    [
      'store with up to 64 bytes anywhere overwritten',
      map(
        Array.from({ length: count(OVERWRITTEN) }, (_, at) => at),
        (at) => ({ name: `overwritten, ${at}`, bytes: overwritten(closed, random), wal: null, atLeast: null }),
      ),
    ],
  ];
  return kinds.map(([what, damages]) => {
    const { n, problems } = tryAll(damages);
    return {
      what: `${what}: opened or set aside with a message`,
      n,
      passed: problems.length === 0,
      figure: problems[0] === undefined ? '0 wrong' : `${problems.length} wrong: ${problems[0]}`,
    };
  });
}

function overwritten(bytes: Buffer, random: { below(below: number): number }): Buffer {
  const copy = Buffer.from(bytes);
  const from = random.below(copy.length);
  for (let at = from; at < Math.min(copy.length, from + 1 + random.below(64)); at += 1) copy[at] = random.below(256);
  return copy;
}

function fullDisk(): Check[] {
  const what = 'disk of 1 MiB (tmpfs): runs go on in memory once it is full, those before are kept';
  const disk = mountSmallDisk();
  if (disk === null) return [{ what, n: 0, passed: null, figure: 'mounting a tmpfs takes root on Linux' }];
  try {
    const store = openStore(disk.path, NOW_MS);
    const runs = Array.from({ length: 2000 }, (_, at) => exampleRun({ runId: `run-${at}`, startedAtMs: NOW_MS + at }));
    let wholeBefore = 0;
    for (const run of runs) {
      store.saveRun(run);
      if (store.notices.length === 0) wholeBefore += 1;
    }
    const [all, notices] = [store.allRuns().length, store.notices.length];
    store.close();
    const again = openStore(disk.path, NOW_MS);
    const kept = again.allRuns();
    again.close();
    const asSaved = kept.every((run, at) => isDeepStrictEqual(run, runs[at]));
    disk.makeReadOnly();
    const readOnly = openStore(disk.path, NOW_MS);
    const [seen, told] = [readOnly.allRuns().length, readOnly.notices.map(({ code }) => code).join(' ')];
    readOnly.saveRun(exampleRun({ runId: 'afterwards' }));
    const taken = readOnly.allRuns().length === seen + 1;
    readOnly.close();
    return [
      {
        what,
        n: runs.length,
        passed: all === runs.length && notices === 1 && wholeBefore > 0 && kept.length === wholeBefore && asSaved,
        figure: `${all} there, ${kept.length} of ${wholeBefore} written before kept on the disk, ${notices} notice`,
      },
      {
        what: 'store made read-only: what is in it counts, what comes is kept in memory, and that is told',
        n: seen,
        passed: seen === kept.length && taken && told.includes('cannot be written'),
        figure: `${seen} of ${kept.length} read`,
      },
    ];
  } finally {
    disk.remove();
  }
}

async function carry({ count, seed }: HardContext): Promise<Check> {
  const random = createRandom(seed);
  const [from, to] = [mkdtempSync(join(FAST_PLACE, 'headroom-cut-')), mkdtempSync(join(FAST_PLACE, 'headroom-cut-'))];
  const [here, there] = [openStore(from, NOW_MS), openStore(to, NOW_MS)];
  const n = count(CARRIED);
  for (let at = 0; at < n; at += 1) here.saveRun(randomRun(random, at));
  const text = [...exportLines(here)].join('');
  const { linesLeftOut, problems, runsAdded } = await importLines(() => there, [text], { nowMs: NOW_MS, own: true });
  const same = [...exportLines(there)].join('') === text && isDeepStrictEqual(there.allRuns(), here.allRuns());
  for (const store of [here, there]) store.close();
  for (const folder of [from, to]) rmSync(folder, { recursive: true });
  const figure =
    linesLeftOut === 0 ? `${runsAdded} runs the same` : `${linesLeftOut} lines left out: ${problems[0]?.problem ?? ''}`;
  return {
    what: 'export and import of random runs: the same text, the same runs',
    n,
    passed: same && linesLeftOut === 0 && runsAdded === n,
    figure,
  };
}

function mkdirp(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}

function* map<A, B>(items: Iterable<A>, of: (item: A) => B): Generator<B> {
  for (const item of items) yield of(item);
}

export const line: HardLine = {
  id: 'R7',
  holds: 'whatever happens to the store, it opens or is set aside with a message, and nothing in it is made up',
  run: async (context) => [...damage(context), ...fullDisk(), await carry(context)],
};
