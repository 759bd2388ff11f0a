import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createHistories, type HistorySource } from '../../../service/calibration/history.ts';
import { markSuperseded } from '../../../service/calibration/marks.ts';
import type { Run } from '../../../service/recorder/run.ts';
import type { OwnRow } from '../../../service/store/own-runs.ts';
import { openStore, type Store } from '../../../service/store/store.ts';
import { exampleRun } from '../recorder/examples.ts';
import { storeForEach } from '../store/each-store.ts';

const NOW_MS = 1_790_000_000_000;

let dataDir: string;
let store: Store;
storeForEach((one, dir) => ([store, dataDir] = [one, dir]), NOW_MS);

/** The store, and how many own runs were read from it. */
function counting(): { readonly store: HistorySource; readonly reads: { count: number } } {
  const reads = { count: 0 };
  const counted = (rows: readonly OwnRow[]) => ((reads.count += rows.length), [...rows]);
  const source: HistorySource = {
    ...store,
    get ownWrites() {
      return store.ownWrites;
    },
    get ownRemovals() {
      return store.ownRemovals;
    },
    ownAfter: (...args) => counted(store.ownAfter(...args)),
    ownFrom: (...args) => counted(store.ownFrom(...args)),
    ownNewest: (...args) => counted(store.ownNewest(...args)),
  };
  return { reads, store: source };
}

/** What another process does to the store. */
function elsewhere(change: (other: Store) => void): void {
  const other = openStore(dataDir, NOW_MS);
  change(other);
  other.close();
}

const ids = (runs: readonly Run[]): string[] => runs.map(({ runId }) => runId);
const save = (at: number, changes: Partial<Run> = {}): void =>
  store.saveRun(exampleRun({ runId: `run-${at}`, keyHash: 'key', startedAtMs: NOW_MS + at, ...changes }));

describe('the history of a key', () => {
  test('is read once, and then only what came since; without anything new it is the same object', () => {
    const { store: counted, reads } = counting();
    const histories = createHistories(counted);
    for (const at of [1, 2, 3]) save(at);
    save(4, { keyHash: 'other' });
    const first = histories.of('key');
    expect([ids(first.runs), first.stored, reads.count]).toEqual([['run-1', 'run-2', 'run-3'], 3, 3]);
    expect(histories.of('key')).toBe(first);
    save(5, { keyHash: 'other' });
    expect(histories.of('key')).toBe(first);
    save(6);
    expect(ids(histories.of('key').runs)).toEqual(['run-1', 'run-2', 'run-3', 'run-6']);
    expect(reads.count).toBe(4);
  });

  test('has the runs that another process saved or forgot, once it was refreshed', async () => {
    const histories = createHistories(store);
    save(1);
    const before = histories.of('key');
    elsewhere((other) => other.saveRun(exampleRun({ runId: 'theirs', keyHash: 'key', startedAtMs: NOW_MS + 2 })));
    expect(histories.of('key')).toBe(before);
    await histories.refresh();
    expect(ids(histories.of('key').runs)).toEqual(['run-1', 'theirs']);
    elsewhere((other) => {
      other.forget('key', 'all');
      other.saveRun(exampleRun({ runId: 'anew', keyHash: 'key', startedAtMs: NOW_MS + 3 }));
    });
    await histories.refresh();
    expect(ids(histories.of('key').runs)).toEqual(['anew']);
  });

  test('is the same object where another process wrote something else', async () => {
    const histories = createHistories(store);
    save(1);
    const first = histories.of('key');
    elsewhere((other) => other.saveRun(exampleRun({ runId: 'theirs', keyHash: 'other', startedAtMs: NOW_MS + 2 })));
    await histories.refresh();
    expect(histories.of('key')).toBe(first);
    elsewhere((other) => other.saveRun(exampleRun({ runId: 'one-more', keyHash: 'key', startedAtMs: NOW_MS + 3 })));
    await histories.refresh();
    expect(ids(histories.of('key').runs)).toEqual(['run-1', 'one-more']);
  });

  test('has what an import brought apart, of hundreds the newest, and reads nothing of its own again for that', async () => {
    const { store: counted, reads } = counting();
    const histories = createHistories(counted);
    for (const at of [1, 2, 3]) save(at);
    const before = histories.of('key');
    elsewhere((other) =>
      other.takeOverRuns(
        Array.from({ length: 300 }, (_, at) => ({
          run: exampleRun({ runId: `theirs-${at}`, keyHash: 'key', startedAtMs: NOW_MS + at }),
          imported: true,
        })),
      ),
    );
    await histories.refresh();
    const after = histories.of('key');
    expect([after.runs, after.stored, after.importedStored, reads.count]).toEqual([before.runs, 3, 300, 3]);
    expect(ids(after.imported)).toEqual(Array.from({ length: 100 }, (_, at) => `theirs-${200 + at}`));
    save(500);
    expect(histories.of('key').imported).toBe(after.imported);
    store.forget('key', 'imported');
    expect(histories.of('key')).toMatchObject({ stored: 4, imported: [], importedStored: 0 });
  });

  test('of thousands that come at once is read in turns, and stays as it was until all are there', async () => {
    const steps: number[] = [];
    const { store: counted, reads } = counting();
    const histories = createHistories(counted, () => {
      steps.push(reads.count);
      expect(histories.of('key')).toBe(before);
      return Promise.resolve();
    });
    save(2000);
    const before = histories.of('key');
    elsewhere((other) =>
      other.takeOverRuns(
        Array.from({ length: 1000 }, (_, at) => ({
          run: exampleRun({ runId: `back-${at}`, keyHash: 'key', startedAtMs: NOW_MS + at }),
          imported: false,
        })),
      ),
    );
    await histories.refresh();
    expect(histories.of('key')).toMatchObject({ stored: 1001 });
    expect(Math.max(...steps.slice(1).map((count, at) => count - (steps[at] ?? 0)))).toBeLessThanOrEqual(200);
  });

  test('has a run that was saved while it was refreshed', async () => {
    let turns = 0;
    const histories = createHistories(store, () => {
      turns += 1;
      if (turns === 2) save(9000);
      return Promise.resolve();
    });
    save(2000);
    histories.of('key');
    elsewhere((other) =>
      other.takeOverRuns(
        Array.from({ length: 500 }, (_, at) => ({
          run: exampleRun({ runId: `back-${at}`, keyHash: 'key', startedAtMs: NOW_MS + at }),
          imported: false,
        })),
      ),
    );
    await histories.refresh();
    expect(ids(histories.of('key').runs).slice(-2)).toEqual(['run-2000', 'run-9000']);
    expect(histories.of('key').stored).toBe(502);
  });

  test('is, whatever is saved, imported and forgotten in whatever order, what the store has', () => {
    const step = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({ at: fc.integer({ min: 1, max: 1000 }), keyHash: fc.constantFrom('key', 'other') }),
      },
      { weight: 1, arbitrary: fc.constant('forget' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        store.forget('key', 'all');
        store.forget('other', 'all');
        const histories = createHistories(store);
        for (const one of steps) {
          if (one === 'forget') store.forget('key', 'all');
          else save(one.at, { keyHash: one.keyHash });
          const stored = store.allRuns().filter(({ keyHash }) => keyHash === 'key');
          expect(histories.of('key')).toEqual({
            runs: markSuperseded(stored),
            stored: stored.length,
            imported: [],
            importedStored: 0,
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  test('has the newest of thousands of ordinary runs and all of the benchmark, and what this replaced stays replaced', () => {
    const far = {
      origin: 'ordinary',
      sessionId: null,
      devicePeakMiB: 5200,
      torch: null,
      estimatedPeakMiB: 4000,
      estimatedPeakRange: { lowMiB: 3900, highMiB: 4100, firm: true, similar: false },
    } as const;
    save(1);
    for (let at = 2; at < 8; at += 1) save(at, far);
    save(8, { runId: 'again' });
    const histories = createHistories(store);
    expect(histories.of('key').runs[0]).toMatchObject({ runId: 'run-1', marks: ['superseded'] });
    for (let at = 9; at < 1300; at += 1) {
      save(at, { origin: 'ordinary', sessionId: null });
      if (at % 100 === 0) histories.of('key');
    }
    const { runs, stored } = histories.of('key');
    expect(stored).toBe(1299);
    expect(runs.length).toBeLessThanOrEqual(800);
    expect(runs.slice(0, 2)).toMatchObject([
      { runId: 'run-1', marks: ['superseded'] },
      { runId: 'again', marks: [] },
    ]);
    expect(ids(runs).slice(-150)).toEqual(Array.from({ length: 150 }, (_, n) => `run-${1150 + n}`));
    expect(createHistories(store).of('key')).toMatchObject({ runs, stored });
  });

  const ordinary = { origin: 'ordinary', sessionId: null } as const;
  const sized = (width: number): Run['settings'] => ({ ...exampleRun().settings, width });
  const range = { lowMiB: 3900, highMiB: 4100, firm: true, similar: false };
  const failed = { ...ordinary, outcome: 'oom', estimatedPeakMiB: 4000, estimatedPeakRange: range } as const;
  /** Of settings that are smaller than the others'. */
  const saveThousand = (from: number): void => {
    for (let at = from; at < from + 1000; at += 1) save(at, { ...ordinary, settings: sized(256) });
  };

  test('has of settings that ran out of memory the one that had the most, and the success, however many runs follow', () => {
    const { baseline } = exampleRun();
    save(1, {
      ...ordinary,
      settings: sized(2048),
      torch: { activePeakMiB: 7000, reservedPeakMiB: 7900, allocRetries: 0, ooms: 0 },
    });
    save(2, { ...failed, settings: sized(2048), baseline: { ...baseline, otherMiB: 1000 } });
    save(3, { ...failed, settings: sized(2048), baseline: { ...baseline, otherMiB: 3000 } });
    saveThousand(10);
    const { runs } = createHistories(store).of('key');
    expect(ids(runs).slice(0, 2)).toEqual(['run-1', 'run-2']);
    expect(ids(runs)).not.toContain('run-3');
  });

  test('has no failure from before its settings ran: it is not known anew when that success is forgotten', () => {
    save(1, { ...failed, settings: sized(2048) });
    save(2, { ...ordinary, settings: sized(2048) });
    saveThousand(10);
    expect(ids(createHistories(store).of('key').runs)).not.toContain('run-1');
  });

  test('has no drift of failures between which all successes were forgotten', () => {
    save(1);
    for (let at = 2; at < 12; at += 2) {
      save(at, { ...failed, settings: sized(2048 + at) });
      save(at + 1, { ...ordinary, estimatedPeakMiB: 4100, estimatedPeakRange: { ...range, highMiB: 4300 } });
    }
    save(20);
    saveThousand(30);
    save(2000);
    const { runs } = createHistories(store).of('key');
    expect(runs.filter(({ outcome }) => outcome === 'oom')).toHaveLength(5);
    expect(runs.filter(({ marks }) => marks.includes('superseded'))).toEqual([]);
  });

  test('has of thousands of settings that ran out of memory the newest', () => {
    for (let at = 1; at < 1500; at += 1) save(at, { ...failed, settings: sized(2048 + at) });
    saveThousand(2000);
    const failures = createHistories(store)
      .of('key')
      .runs.filter(({ outcome }) => outcome === 'oom');
    expect(failures).toHaveLength(40);
    expect(failures.at(-1)).toMatchObject({ runId: 'run-1499' });
  });
});

describe('the history of a key with tens of thousands of runs', () => {
  /** Ids of the newest are the highest. */
  const fill = (count: number): void =>
    void store.takeOverRuns(
      Array.from({ length: count }, (_, at) => ({
        run: exampleRun({ runId: `run-${at}`, keyHash: 'key', startedAtMs: NOW_MS + at, origin: 'ordinary' }),
        imported: false,
      })),
    );
  const inTurns = (source: HistorySource) => createHistories(source, () => Promise.resolve());

  test('has the newest at once, and what lies before them once it was refreshed', async () => {
    store.saveRun(
      exampleRun({
        runId: 'failed',
        keyHash: 'key',
        startedAtMs: NOW_MS - 1,
        origin: 'ordinary',
        outcome: 'oom',
        settings: { ...exampleRun().settings, width: 2048 },
      }),
    );
    fill(3500);
    const { store: counted, reads } = counting();
    const histories = inTurns(counted);
    const first = histories.of('key');
    expect([first.runs.at(-1)?.runId, first.stored, reads.count]).toEqual(['run-3499', 3501, 1000]);
    expect([ids(first.runs).includes('failed'), histories.behind]).toEqual([false, true]);
    await histories.refresh();
    expect([ids(histories.of('key').runs).includes('failed'), histories.behind]).toEqual([true, false]);
    expect(histories.of('key')).toEqual(createHistories(store).of('key'));
  });

  test('has what is saved before the rest is read', async () => {
    fill(3500);
    const histories = inTurns(store);
    histories.of('key');
    save(9000, { runId: 'new' });
    expect(histories.of('key')).toMatchObject({ stored: 3501 });
    expect(histories.of('key').runs.at(-1)?.runId).toBe('new');
    await histories.refresh();
    expect(histories.of('key').runs.at(-1)?.runId).toBe('new');
  });

  test('is read whole at once where nobody waits', () => {
    fill(3500);
    const histories = createHistories(store);
    expect(histories.of('key').stored).toBe(3500);
    expect(histories.behind).toBe(false);
  });
});
