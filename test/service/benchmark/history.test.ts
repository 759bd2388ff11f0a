import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createHistories } from '../../../service/benchmark/history.ts';
import { markSuperseded } from '../../../service/benchmark/superseded.ts';
import type { Run } from '../../../service/recorder/run.ts';
import { openStore, type Store } from '../../../service/store/store.ts';
import { exampleRun } from '../recorder/examples.ts';
import { temporaryDir } from '../server/rig.ts';

const NOW_MS = 1_790_000_000_000;

let dir: ReturnType<typeof temporaryDir>;
let store: Store;

beforeEach(() => {
  dir = temporaryDir();
  store = openStore(dir.path, NOW_MS);
});
afterEach(() => {
  store.close();
  dir.remove();
});

/** The store, and how many runs were read from it. */
function counting(): { readonly store: Pick<Store, 'revision' | 'epoch' | 'runsAfter'>; readonly reads: { count: number } } {
  const reads = { count: 0 };
  function* runsAfter(keyHash: string, place: number): ReturnType<Store['runsAfter']> {
    for (const one of store.runsAfter(keyHash, place)) {
      reads.count += 1;
      yield one;
    }
  }
  return { reads, store: { get revision() { return store.revision; }, get epoch() { return store.epoch; }, runsAfter } };
}

const ids = (runs: readonly Run[]): string[] => runs.map(({ runId }) => runId);
const save = (at: number, changes: Partial<Run> = {}): boolean => store.saveRun(exampleRun({ runId: `run-${at}`, keyHash: 'key', startedAtMs: NOW_MS + at, ...changes }));

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

  test('has the runs that another process saved or forgot', () => {
    const histories = createHistories(store);
    save(1);
    expect(histories.of('key').stored).toBe(1);
    const other = openStore(dir.path, NOW_MS);
    other.saveRun(exampleRun({ runId: 'theirs', keyHash: 'key', startedAtMs: NOW_MS + 2 }));
    expect(ids(histories.of('key').runs)).toEqual(['run-1', 'theirs']);
    other.forget('key');
    other.saveRun(exampleRun({ runId: 'anew', keyHash: 'key', startedAtMs: NOW_MS + 3 }));
    other.close();
    expect(ids(histories.of('key').runs)).toEqual(['anew']);
  });

  test('is the same object where another process wrote something else', () => {
    const histories = createHistories(store);
    save(1);
    const first = histories.of('key');
    const other = openStore(dir.path, NOW_MS);
    other.saveRun(exampleRun({ runId: 'theirs', keyHash: 'other', startedAtMs: NOW_MS + 2 }));
    expect(histories.of('key')).toBe(first);
    other.saveRun(exampleRun({ runId: 'one-more', keyHash: 'key', startedAtMs: NOW_MS + 3 }));
    other.close();
    expect(ids(histories.of('key').runs)).toEqual(['run-1', 'one-more']);
  });

  test('is, whatever is saved, imported and forgotten in whatever order, what the store has', () => {
    const step = fc.oneof({ weight: 8, arbitrary: fc.record({ at: fc.integer({ min: 1, max: 1000 }), keyHash: fc.constantFrom('key', 'other') }) }, { weight: 1, arbitrary: fc.constant('forget' as const) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        store.forget('key');
        store.forget('other');
        const histories = createHistories(store);
        for (const one of steps) {
          if (one === 'forget') store.forget('key');
          else save(one.at, { keyHash: one.keyHash });
          const stored = store.allRuns().filter(({ keyHash }) => keyHash === 'key');
          expect(histories.of('key')).toEqual({ runs: markSuperseded(stored), stored: stored.length });
        }
      }),
      { numRuns: 30 },
    );
  });

  test('has the newest of thousands of ordinary runs and all of the benchmark, and what this replaced stays replaced', () => {
    const far = { origin: 'ordinary', sessionId: null, devicePeakMiB: 5200, torch: null, estimatedPeakMiB: 4000, estimatedPeakRange: { lowMiB: 3900, highMiB: 4100, firm: true, similar: false } } as const;
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
    expect(runs.slice(0, 2)).toMatchObject([{ runId: 'run-1', marks: ['superseded'] }, { runId: 'again', marks: [] }]);
    expect(ids(runs).slice(-150)).toEqual(Array.from({ length: 150 }, (_, n) => `run-${1150 + n}`));
    expect(createHistories(store).of('key')).toEqual({ runs, stored });
  });
});
