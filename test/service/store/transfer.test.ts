import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { keyHashOf } from '../../../service/recorder/key.ts';
import { storedEnvironmentOf } from '../../../service/recorder/run.ts';
import { exportLines } from '../../../service/store/export-lines.ts';
import { importLines } from '../../../service/store/import-lines.ts';
import { openStore, type Store } from '../../../service/store/store.ts';
import { exampleRun } from '../recorder/examples.ts';
import { ENVIRONMENT } from '../server/fake-host.ts';
import { temporaryDir } from '../server/rig.ts';

const NOW_MS = 1_790_000_000_000;
const KEY = keyHashOf(ENVIRONMENT);

let dirs: ReturnType<typeof temporaryDir>[];
let stores: Store[];

beforeEach(() => {
  dirs = [];
  stores = [];
});
afterEach(() => {
  for (const store of stores) store.close();
  for (const dir of dirs) dir.remove();
});

function emptyStore(): Store {
  const dir = temporaryDir();
  const store = openStore(dir.path, NOW_MS);
  dirs.push(dir);
  stores.push(store);
  return store;
}

function filledStore(): Store {
  const store = emptyStore();
  store.saveEnvironment(KEY, storedEnvironmentOf(ENVIRONMENT), NOW_MS);
  store.saveRun(exampleRun({ runId: 'a', keyHash: KEY }));
  store.saveRun(
    exampleRun({
      runId: 'b',
      keyHash: KEY,
      outcome: 'oom',
      error: 'CUDA out of memory: ☃ "quoted"',
      marks: ['disturbed'],
      torch: null,
    }),
  );
  return store;
}

const textOf = (store: Store) => [...exportLines(store)].join('');

describe('an export', () => {
  test('that comes back as one of this machine, and is exported again, is the same text', async () => {
    const text = textOf(filledStore());
    const copy = emptyStore();
    expect(await importLines(() => copy, [text], { nowMs: NOW_MS, own: true })).toEqual({
      runsAdded: 2,
      runsKnown: 0,
      problems: [],
      linesLeftOut: 0,
      stoppedAtLine: null,
      refusal: null,
    });
    expect(textOf(copy)).toBe(text);
  });

  test('that a Windows program saved with a byte order mark and its own line ends is read', async () => {
    const text = `\uFEFF${textOf(filledStore()).replaceAll('\n', '\r\n')}`;
    const copy = emptyStore();
    expect(await importLines(() => copy, [text], { nowMs: NOW_MS })).toMatchObject({ runsAdded: 2, linesLeftOut: 0 });
  });

  test('imported twice changes nothing the second time', async () => {
    const text = textOf(filledStore());
    const copy = emptyStore();
    await importLines(() => copy, [text], { nowMs: NOW_MS });
    const once = textOf(copy);
    expect(await importLines(() => copy, [text], { nowMs: NOW_MS })).toMatchObject({ runsAdded: 0, runsKnown: 2 });
    expect(textOf(copy)).toBe(once);
  });

  test('of hundreds of runs is written in a few steps: a sidecar that uses the same file waits for its turn at each', async () => {
    const store = emptyStore();
    store.takeOverRuns(
      Array.from({ length: 250 }, (_, at) => ({
        run: exampleRun({ runId: `run-${at}`, keyHash: KEY }),
        imported: true,
      })),
    );
    const copy = emptyStore();
    const steps: number[] = [];
    const watched: Store = { ...copy, takeOverRuns: (runs) => (steps.push(runs.length), copy.takeOverRuns(runs)) };
    const twice = `${textOf(store)}${textOf(store)}`;
    expect(await importLines(() => watched, [twice], { nowMs: NOW_MS })).toMatchObject({
      runsAdded: 250,
      runsKnown: 250,
    });
    expect(steps).toEqual([100, 100, 100, 100, 100]);
    expect(textOf(copy)).toBe(textOf(store));
  });

  test('is read the same however its text is cut', async () => {
    const text = textOf(filledStore());
    const copy = emptyStore();
    const letters = text.match(/[\s\S]{1,7}/g) ?? [];
    expect(await importLines(() => copy, letters, { nowMs: NOW_MS, own: true })).toMatchObject({
      runsAdded: 2,
      linesLeftOut: 0,
    });
    expect(textOf(copy)).toBe(text);
  });

  test("says of what an import brought that it did, and another import keeps that, also where the rest comes back as this machine's", async () => {
    const [first, second] = [emptyStore(), emptyStore()];
    await importLines(() => first, [textOf(filledStore())], { nowMs: NOW_MS });
    first.saveRun(exampleRun({ runId: 'mine', keyHash: KEY, startedAtMs: NOW_MS + 1 }));
    await importLines(() => second, [textOf(first)], { nowMs: NOW_MS, own: true });
    expect(importedIds(second)).toEqual([
      ['a', true],
      ['b', true],
      ['mine', false],
    ]);
    expect(textOf(second)).toBe(textOf(first));
  });

  test('has the lines of own runs as they ever were, which older versions read', () => {
    expect(textOf(filledStore())).not.toContain('imported');
  });

  test("that was taken for another machine's becomes this one's once somebody says so", async () => {
    const text = textOf(filledStore());
    const copy = emptyStore();
    await importLines(() => copy, [text], { nowMs: NOW_MS });
    expect(await importLines(() => copy, [text], { nowMs: NOW_MS, own: true })).toMatchObject({
      runsAdded: 2,
      runsKnown: 0,
    });
    expect(importedIds(copy)).toEqual([
      ['a', false],
      ['b', false],
    ]);
  });

  test.each([
    ['older', NOW_MS + 1],
    ['newer', NOW_MS - 1],
  ])('never replaces what the WebUI has told here of a set-up, were it %s', async (_what, liveSeenAtMs) => {
    const copy = emptyStore();
    copy.saveEnvironment(KEY, { ...storedEnvironmentOf(ENVIRONMENT), checkpoint: 'live' }, liveSeenAtMs);
    for (const own of [false, true]) await importLines(() => copy, [textOf(filledStore())], { nowMs: NOW_MS, own });
    expect(copy.environments()).toMatchObject([
      { environment: { checkpoint: 'live' }, seenAtMs: liveSeenAtMs, imported: false },
    ]);
  });

  test('comes behind what was told here, whatever time it says', async () => {
    const copy = emptyStore();
    const live = { ...storedEnvironmentOf(ENVIRONMENT), webuiVersion: '1.9.4' };
    copy.saveEnvironment(keyHashOf(live), live, NOW_MS - 1);
    await importLines(() => copy, [textOf(filledStore())], { nowMs: NOW_MS });
    expect(copy.environments().map(({ keyHash, imported }) => [keyHash, imported])).toEqual([
      [keyHashOf(live), false],
      [KEY, true],
    ]);
  });
});

function importedIds(store: Store): [string, boolean][] {
  return Array.from(store.storedRuns(), ({ run, imported }) => [run.runId, imported]);
}

describe('a line that is no line of an export', () => {
  const run = JSON.stringify({ kind: 'run', run: exampleRun() });
  test.each([
    ['not JSON', '{"kind":', 'not JSON'],
    ['of an unknown kind', '{"kind":"other"}', 'kind'],
    ['with a field too many', run.replace('{"kind"', '{"surplus":1,"kind"'), 'surplus'],
    ['with a negative figure', run.replace('"devicePeakMiB":4300', '"devicePeakMiB":-1'), 'devicePeakMiB'],
    ["with a prototype's name", run.replace('{"kind"', '{"__proto__":{"polluted":true},"kind"'), '__proto__'],
    ['nested without end', '['.repeat(60_000), 'not JSON'],
    [
      "with a prototype's constructor",
      run.replace('"settings":{', '"settings":{"constructor":{"polluted":true},'),
      'the name "constructor" is not allowed',
    ],
    [
      "with a constructor's prototype",
      run.replace('"settings":{', '"settings":{"prototype":{"polluted":true},'),
      'the name "prototype" is not allowed',
    ],
    ['with a name given twice', run.replace('{"kind"', '{"kind":"run","kind"'), 'given twice'],
    [
      "with a figure beyond any machine's",
      run.replace('"devicePeakMiB":4300', '"devicePeakMiB":1e300'),
      'devicePeakMiB',
    ],
    ['with half a character', run.replace('"run-1"', '"\\ud800"'), 'half of a character'],
    [
      'with an object where a text is due, whose length throws',
      run.replace('"run-1"', '{"length":{"valueOf":1,"toString":1}}'),
      'length',
    ],
    [
      'with figures that contradict each other',
      run.replace('"devicePeakMiB":4300', '"devicePeakMiB":9000'),
      'run.devicePeakMiB: above run.totalMiB',
    ],
    [
      'a run of the day after tomorrow',
      run.replace('"startedAtMs":1790000000000', `"startedAtMs":${NOW_MS + 2 * 24 * 3_600_000}`),
      "run.startedAtMs: more than a day ahead of this machine's clock",
    ],
    [
      'a run that ends the day after tomorrow',
      run.replace(/"endedAtMs":\d+/, `"endedAtMs":${NOW_MS + 2 * 24 * 3_600_000}`),
      "run.endedAtMs: more than a day ahead of this machine's clock",
    ],
    [
      'an environment of the day after tomorrow',
      JSON.stringify({
        kind: 'environment',
        keyHash: KEY,
        seenAtMs: NOW_MS + 2 * 24 * 3_600_000,
        environment: storedEnvironmentOf(ENVIRONMENT),
      }),
      'seenAtMs: more than a day ahead',
    ],
    ['too long', ` ${'x'.repeat(70_000)}`, 'longer than'],
    [
      "an environment under another's key",
      JSON.stringify({
        kind: 'environment',
        keyHash: 'other',
        seenAtMs: 1,
        environment: storedEnvironmentOf(ENVIRONMENT),
      }),
      'key hash',
    ],
    ['another header, of a version to come', '{"kind":"headroom-export","version":2}', 'version'],
  ])('because it is %s is named by its number, and the others are taken', async (_what, bad, words) => {
    const store = emptyStore();
    const result = await importLines(
      () => store,
      [`${run}\n`, '\n \n', `${bad}\n`, '\n', run.replace('"run-1"', '"run-2"')],
      { nowMs: NOW_MS },
    );
    expect(result).toMatchObject({
      runsAdded: 2,
      runsKnown: 0,
      linesLeftOut: 1,
      problems: [{ line: 4, problem: expect.stringContaining(words) }],
    });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('without an end is never held as a whole: no text of Node.js could hold this one', async () => {
    const piece = 'x'.repeat(2 ** 20);
    const result = await importLines(
      emptyStore,
      Array.from({ length: 1024 }, () => piece),
      { nowMs: NOW_MS },
    );
    expect(result).toMatchObject({
      linesLeftOut: 1,
      problems: [{ line: 1, problem: expect.stringContaining('longer than') }],
    });
  });

  test('among a thousand such is counted, though only some are named', async () => {
    const result = await importLines(emptyStore, ['{\n'.repeat(1000)], { nowMs: NOW_MS });
    expect(result.linesLeftOut).toBe(1000);
    expect(result.problems).toHaveLength(20);
  });

  test('among ten thousand such ends the reading: that is another file', async () => {
    const result = await importLines(emptyStore, ['{\n'.repeat(20_000)], { nowMs: NOW_MS });
    expect(result).toMatchObject({ linesLeftOut: 10_000, stoppedAtLine: 10_000 });
  });
});

describe('a file', () => {
  const run = JSON.stringify({ kind: 'run', run: exampleRun() });

  test('whose first line says that a later version wrote it is refused whole: its runs may mean something else', async () => {
    const header = '{"kind":"headroom-export","version":2,"new":true}';
    const result = await importLines(emptyStore, [`\uFEFF\n${header}\n${run}\n`], { nowMs: NOW_MS });
    expect(result).toEqual({
      runsAdded: 0,
      runsKnown: 0,
      problems: [],
      linesLeftOut: 0,
      stoppedAtLine: null,
      refusal: 'later-version',
    });
  });

  test.each([
    ['of words', 'Dear diary,\ntoday', 'no-export'],
    ["with another program's JSON", '{"kind":"pod"}\n[1]\n', 'no-export'],
    ['that is one endless line', 'x'.repeat(100_000), 'no-export'],
    ['that is empty', '\n', null],
    ['with a run cut in half', run.slice(0, 300), null],
    ['with a run behind other lines', `noise\n${run}\n`, null],
    ['with nothing but the header of a broken version', '{"kind":"headroom-export","version":"1"}', null],
  ])('%s is told to be no export only where no line is like one of ours', async (_what, text, refusal) => {
    const store = emptyStore();
    expect(await importLines(() => store, [text], { nowMs: NOW_MS })).toMatchObject({ refusal });
  });
});

test.each([
  ['of one line', '\0'],
  ['of blank lines', '\n'],
])('an import of a pipe that never ends, %s, does end', async (_what, character) => {
  const piece = character.repeat(2 ** 16);
  let pieces = 0;
  function* pipe(): Generator<string> {
    for (; pieces < 100; pieces += 1) yield piece;
    throw new Error('read on and on');
  }
  const result = await importLines(emptyStore, pipe(), { nowMs: NOW_MS, mostUselessCharacters: 2 ** 20 });
  expect(result).toMatchObject({ refusal: 'no-export', runsAdded: 0 });
});
