import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { storedEnvironmentOf } from '../../../service/recorder/run.ts';
import { APPLICATION_ID, SCHEMA_VERSION } from '../../../service/store/migrations.ts';
import { STORE_FILE, openDatabase } from '../../../service/store/open.ts';
import type { Session } from '../../../service/store/session.ts';
import { openStore, openStoreToRead, type Store } from '../../../service/store/store.ts';
import { exampleRun } from '../recorder/examples.ts';
import { ENVIRONMENT } from '../server/fake-host.ts';
import { temporaryDir } from '../server/rig.ts';

const NOW_MS = 1_790_000_000_000;
const SESSION: Session = {
  sessionId: 'session-1',
  keyHash: 'key-1',
  startedAtMs: NOW_MS,
  options: { maxSizePx: 1024, maxBatchSize: 4, operations: ['txt2img'], budget: 'quick' },
  seed: 7,
  runsPlanned: 10,
  state: 'open',
  heldBy: null,
};

let dir: ReturnType<typeof temporaryDir>;
let file: string;

beforeEach(() => {
  dir = temporaryDir();
  file = join(dir.path, STORE_FILE);
});
afterEach(() => dir.remove());

describe('a store', () => {
  test('gives back what was put in, after it was closed and opened again', () => {
    const first = openStore(dir.path, NOW_MS);
    first.saveRun(exampleRun());
    first.saveEnvironment('key-1', storedEnvironmentOf(ENVIRONMENT), NOW_MS);
    first.saveSession(SESSION);
    first.close();
    const second = openStore(dir.path, NOW_MS);
    expect(second.allRuns()).toEqual([exampleRun()]);
    expect(second.environments()).toEqual([
      { keyHash: 'key-1', seenAtMs: NOW_MS, imported: false, environment: storedEnvironmentOf(ENVIRONMENT) },
    ]);
    expect(second.openSession('key-1')).toEqual(SESSION);
    expect(second.notices).toEqual([]);
    second.close();
  });

  test('is durable as each run is saved: journal ahead of the file, every write through to the disk', () => {
    const store = openStore(dir.path, NOW_MS);
    store.saveRun(exampleRun());
    const other = new DatabaseSync(file, { readOnly: true });
    expect(other.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(other.prepare('SELECT count(*) AS n FROM runs').get()).toEqual({ n: 1 });
    other.close();
    store.close();
    // Each connection has its own: 2 is FULL, which waits for the disk.
    const { database } = openDatabase(dir.path, NOW_MS);
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    database.close();
  });

  test('keeps the first of two runs with one id', () => {
    const store = openStore(dir.path, NOW_MS);
    store.saveRun(exampleRun());
    store.saveRun(exampleRun({ durationMs: 5 }));
    expect(store.allRuns()).toEqual([exampleRun()]);
    store.close();
  });

  test('counts its own writes, and tells when another process has written', () => {
    const [one, other] = [openStore(dir.path, NOW_MS), openStore(dir.path, NOW_MS)];
    const seen = [
      [one.ownWrites, one.othersWrites],
      [one.ownWrites, one.othersWrites],
    ];
    one.saveRun(exampleRun({ runId: 'a' }));
    seen.push([one.ownWrites, one.othersWrites]);
    other.saveRun(exampleRun({ runId: 'b' }));
    seen.push([one.ownWrites, one.othersWrites]);
    const [first, second, third, fourth] = seen;
    expect([second, third?.[1], fourth?.[0]]).toEqual([first, first?.[1], third?.[0]]);
    expect([third?.[0] === first?.[0], fourth?.[1] === third?.[1]]).toEqual([false, false]);
    for (const store of [one, other]) store.close();
  });

  test('keeps the memory of a set-up at rest, also when the WebUI tells the set-up anew', () => {
    const memory = { totalMiB: 8192, usableMiB: 8100, otherMiB: 640, loaded: 'nothing' } as const;
    const store = openStore(dir.path, NOW_MS);
    store.saveEnvironment('key-1', storedEnvironmentOf(ENVIRONMENT), NOW_MS);
    expect(store.idleMemory('key-1')).toBeNull();
    store.saveIdleMemory('key-1', memory);
    store.saveEnvironment('key-1', storedEnvironmentOf(ENVIRONMENT), NOW_MS + 1);
    store.close();
    const again = openStore(dir.path, NOW_MS);
    expect([again.idleMemory('key-1'), again.idleMemory('key-2')]).toEqual([memory, null]);
    again.close();
  });

  test('forgets the runs and benchmarks of one key, and no others', () => {
    const store = openStore(dir.path, NOW_MS);
    store.saveRun(exampleRun({ runId: 'a', keyHash: 'key-1' }));
    store.saveRun(exampleRun({ runId: 'b', keyHash: 'key-2' }));
    store.saveSession(SESSION);
    expect(store.forget('key-1', 'all')).toBe(1);
    expect(store.allRuns().map(({ runId }) => runId)).toEqual(['b']);
    expect(store.openSession('key-1')).toBeNull();
    store.close();
  });

  test('forgets what imports brought, of one key or of all, and nothing that was measured or told here', () => {
    const store = openStore(dir.path, NOW_MS);
    const environment = storedEnvironmentOf(ENVIRONMENT);
    store.saveEnvironment('key-1', environment, NOW_MS);
    store.takeOverEnvironments(
      [1, 2, 3].map((n) => ({ keyHash: `key-${n}`, seenAtMs: NOW_MS, environment, imported: true })),
    );
    for (const n of [1, 2, 3])
      store.takeOverRuns([{ run: exampleRun({ runId: `theirs-${n}`, keyHash: `key-${n}` }), imported: true }]);
    store.saveRun(exampleRun({ runId: 'mine', keyHash: 'key-1' }));
    store.saveSession(SESSION);
    const left = () => [
      store
        .allRuns()
        .map(({ runId }) => runId)
        .sort(),
      store.environments().map(({ keyHash }) => keyHash),
    ];
    expect(store.forget('key-2', 'imported')).toBe(1);
    expect(left()).toEqual([
      ['mine', 'theirs-1', 'theirs-3'],
      ['key-1', 'key-3'],
    ]);
    expect(store.forget(null, 'imported')).toBe(2);
    expect(left()).toEqual([['mine'], ['key-1']]);
    expect(store.openSession('key-1')).toEqual(SESSION);
    store.close();
  });

  test('counts a run as measured here once this machine says so, though an import had brought it', () => {
    const store = openStore(dir.path, NOW_MS);
    store.takeOverRuns([{ run: exampleRun(), imported: true }]);
    store.saveRun(exampleRun({ durationMs: 5 }));
    expect([...store.storedRuns()]).toEqual([{ run: exampleRun({ durationMs: 5 }), imported: false }]);
    store.close();
  });

  test('gives a benchmark no run that an import calls its own', () => {
    const store = openStore(dir.path, NOW_MS);
    store.saveRun(exampleRun({ runId: 'mine' }));
    store.takeOverRuns([{ run: exampleRun({ runId: 'theirs' }), imported: true }]);
    expect(store.runsOfSession('session-1').map(({ runId }) => runId)).toEqual(['mine']);
    store.close();
  });

  test('has no benchmark to go on with once the last one has finished', () => {
    const store = openStore(dir.path, NOW_MS);
    store.saveSession(SESSION);
    store.saveSession({ ...SESSION, sessionId: 'session-2', startedAtMs: NOW_MS + 1, state: 'finished' });
    expect(store.openSession('key-1')).toBeNull();
    store.close();
  });

  test('gives a benchmark to one holder at a time', () => {
    const [one, other] = [openStore(dir.path, NOW_MS), openStore(dir.path, NOW_MS)];
    one.saveSession(SESSION);
    const [a, b] = [
      { holder: 'a', untilMs: NOW_MS + 1 },
      { holder: 'b', untilMs: NOW_MS + 2 },
    ];
    expect([one.holdSession('session-1', null, a), other.holdSession('session-1', null, b)]).toEqual([true, false]);
    expect(other.openSession('key-1')).toEqual({ ...SESSION, heldBy: a });
    expect([other.holdSession('session-1', 'a', b), one.holdSession('session-1', 'a', a)]).toEqual([true, false]);
    expect([other.holdSession('session-1', 'b', null), one.openSession('key-1')]).toEqual([true, SESSION]);
    one.forget('key-1', 'all');
    expect(one.holdSession('session-1', null, a)).toBe(false);
    for (const store of [one, other]) store.close();
  });

  test.each(['{"runId":"x"}', '{"runId":', '\u0000'])(
    'leaves out an entry that it cannot read (%j), says so once, and gives the others',
    (body) => {
      openStore(dir.path, NOW_MS).close();
      const raw = new DatabaseSync(file);
      raw.prepare('INSERT INTO runs VALUES (?, ?, NULL, 1, ?, 0)').run('x', 'key', body);
      raw.prepare('INSERT INTO environments VALUES (?, 1, ?, 0, NULL)').run('key', body);
      raw.prepare('INSERT INTO sessions VALUES (?, ?, 1, ?, ?)').run('s', 'key', 'open', body);
      raw.close();
      const store = openStore(dir.path, NOW_MS);
      store.saveRun(exampleRun());
      expect(store.allRuns().map(({ runId }) => runId)).toEqual(['run-1']);
      expect(store.environments()).toEqual([]);
      expect(store.openSession('key')).toBeNull();
      expect(store.notices).toEqual([{ code: 'unreadable-entries' }]);
      store.close();
    },
  );

  test('makes its folder where there is none', () => {
    const path = join(dir.path, 'a', 'b');
    openStore(path, NOW_MS).close();
    expect(existsSync(join(path, STORE_FILE))).toBe(true);
  });
});

/** As the first version made it: with one run, one set-up and one benchmark. */
function storeOfVersion1(): void {
  const old = new DatabaseSync(file);
  old.exec(`CREATE TABLE environments (
     key_hash TEXT PRIMARY KEY,
     seen_at_ms REAL NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE TABLE runs (
     run_id TEXT PRIMARY KEY,
     key_hash TEXT NOT NULL,
     session_id TEXT,
     started_at_ms REAL NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX runs_by_key ON runs (key_hash, started_at_ms);
   CREATE INDEX runs_by_session ON runs (session_id, started_at_ms);
   CREATE TABLE sessions (
     session_id TEXT PRIMARY KEY,
     key_hash TEXT NOT NULL,
     started_at_ms REAL NOT NULL,
     state TEXT NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX sessions_by_key ON sessions (key_hash, started_at_ms);
   PRAGMA journal_mode = WAL; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 1`);
  old
    .prepare('INSERT INTO runs VALUES (?, ?, ?, ?, ?)')
    .run('run-1', 'key-1', 'session-1', NOW_MS, JSON.stringify(exampleRun({ keyHash: 'key-1' })));
  old
    .prepare('INSERT INTO environments VALUES (?, ?, ?)')
    .run('key-1', NOW_MS, JSON.stringify(storedEnvironmentOf(ENVIRONMENT)));
  old
    .prepare('INSERT INTO sessions VALUES (?, ?, ?, ?, ?)')
    .run('session-1', 'key-1', NOW_MS, 'open', JSON.stringify(SESSION));
  old.close();
}

describe('a store of the first version', () => {
  const WHAT = { runs: [{ run: exampleRun({ keyHash: 'key-1' }), imported: false }], imported: [false] };
  const whatIsIn = (store: Store) => ({
    runs: [...store.storedRuns()],
    imported: store.environments().map(({ imported }) => imported),
  });

  test('opens, and all that is in it counts as measured here', () => {
    storeOfVersion1();
    const store = openStore(dir.path, NOW_MS);
    expect([store.notices, whatIsIn(store), store.openSession('key-1')]).toEqual([[], WHAT, SESSION]);
    expect(store.ownAfter('key-1', 0, 10).map(({ runId }) => runId)).toEqual(['run-1']);
    store.close();
  });

  test('is read as it is by who only asks, and stays of its version', () => {
    storeOfVersion1();
    const before = readFileSync(file);
    const opened = openStoreToRead(dir.path);
    if (!opened.ok) throw new Error(opened.reason);
    const store = opened.value;
    expect([whatIsIn(store), store.openSession('key-1'), store.newestImported('key-1', 9)]).toEqual([
      WHAT,
      SESSION,
      { runs: [], stored: 0 },
    ]);
    expect(store.idleMemory('key-1')).toBeNull();
    expect([store.ownMark('key-1', 1), store.ownFrom('key-1', null, 9).map(({ runId }) => runId)]).toEqual([
      { rows: 1, runIdAt: 'run-1' },
      ['run-1'],
    ]);
    store.close();
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

/** As it was before runs that have begun were kept. */
function storeOfVersion3(): void {
  const store = openStore(dir.path, NOW_MS);
  store.saveRun(exampleRun());
  store.close();
  const old = new DatabaseSync(file);
  old.exec('DROP TABLE begun_runs; PRAGMA user_version = 3');
  old.close();
}

describe('a store of the third version', () => {
  test('opens, and keeps runs that have begun from then on', () => {
    storeOfVersion3();
    const store = openStore(dir.path, NOW_MS);
    store.saveBegun(exampleRun({ runId: 'begun' }), 1);
    expect([store.notices, store.keepCutOff(() => false)]).toEqual([[], 1]);
    expect(
      store
        .allRuns()
        .map(({ runId }) => runId)
        .sort(),
    ).toEqual(['begun', 'run-1']);
    store.close();
  });

  test('is read by who only asks', () => {
    storeOfVersion3();
    const opened = openStoreToRead(dir.path);
    if (!opened.ok) throw new Error(opened.reason);
    expect(opened.value.allRuns()).toEqual([exampleRun()]);
    opened.value.close();
  });
});

describe('a file that cannot be used', () => {
  /** A good store, changed by another program. */
  function storeThen(sql: string): void {
    openStore(dir.path, NOW_MS).close();
    const changed = new DatabaseSync(file);
    changed.exec(sql);
    changed.close();
  }

  const cases: [string, () => void][] = [
    ['no database', () => writeFileSync(file, 'this is not a database, however long it is. '.repeat(200))],
    [
      "another program's database",
      () => {
        const other = new DatabaseSync(file);
        other.exec('CREATE TABLE theirs (x)');
        other.close();
      },
    ],
    [
      "a later version's store",
      () => {
        const later = new DatabaseSync(file);
        later.exec(
          `CREATE TABLE runs (x); PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION + 1}`,
        );
        later.close();
      },
    ],
    ['a store whose version says that nothing is in it', () => storeThen('PRAGMA user_version = 0')],
    ['a store with a version below all', () => storeThen('PRAGMA user_version = -1')],
    [
      'of a format that SQLite does not know',
      () => {
        openStore(dir.path, NOW_MS).close();
        const bytes = readFileSync(file);
        bytes[47] = 5;
        writeFileSync(file, bytes);
      },
    ],
    ['a store with a table gone', () => storeThen('DROP TABLE sessions')],
  ];
  test.each(cases)('because it is %s is set aside, told of, and a fresh one is begun', (_what, make) => {
    make();
    const store = openStore(dir.path, NOW_MS);
    expect(store.notices).toEqual([expect.objectContaining({ code: 'set-aside' })]);
    expect(readdirSync(dir.path).filter((name) => name.includes('.broken-'))).not.toEqual([]);
    store.saveRun(exampleRun());
    store.close();
    expect(openStore(dir.path, NOW_MS).allRuns()).toHaveLength(1);
  });

  test('set aside at the same time as another, by a clock that was put back, does not take its place', () => {
    for (const text of ['first ', 'second ']) {
      writeFileSync(file, text.repeat(1000));
      openStore(dir.path, NOW_MS).close();
    }
    const kept = readdirSync(dir.path)
      .filter((name) => name.includes('.broken-'))
      .toSorted();
    expect(kept.map((name) => readFileSync(join(dir.path, name), 'utf8').split(' ', 1)[0])).toEqual([
      'first',
      'second',
    ]);
  });

  test('because a later version has it open is set aside with its journal, in which the newest may be', () => {
    const later = new DatabaseSync(file);
    later.exec(
      `PRAGMA journal_mode = WAL; CREATE TABLE runs (x); PRAGMA user_version = ${SCHEMA_VERSION + 1}; INSERT INTO runs VALUES (7)`,
    );
    const store = openStore(dir.path, NOW_MS);
    expect([store.notices, store.allRuns()]).toEqual([[expect.objectContaining({ code: 'set-aside' })], []]);
    store.close();
    const [kept = ''] = readdirSync(dir.path).filter((name) => name.includes('.broken-') && !/-(wal|shm)$/.test(name));
    const aside = new DatabaseSync(join(dir.path, kept), { readOnly: true });
    expect(aside.prepare('SELECT x FROM runs').all()).toEqual([{ x: 7 }]);
    for (const database of [aside, later]) database.close();
  });

  test('because its pages are overwritten is set aside', () => {
    const good = openStore(dir.path, NOW_MS);
    for (let n = 0; n < 200; n += 1) good.saveRun(exampleRun({ runId: `run-${n}` }));
    good.close();
    const raw = new DatabaseSync(file);
    const size = Number(raw.prepare('PRAGMA page_count').get()?.['page_count']);
    raw.close();
    expect(size).toBeGreaterThan(20);
    overwrite(file, 4096 * 2, 4096 * 12);
    const store = openStore(dir.path, NOW_MS);
    expect(store.notices).toEqual([expect.objectContaining({ code: 'set-aside' })]);
    store.close();
  });
});

describe('a place that cannot be written', () => {
  test("because a file is in the folder's place leads to a store in memory, and a notice", () => {
    const path = join(dir.path, 'file');
    writeFileSync(path, '');
    const store = openStore(path, NOW_MS);
    expect(store.notices).toEqual([expect.objectContaining({ code: 'in-memory' })]);
    store.saveRun(exampleRun());
    expect(store.allRuns()).toHaveLength(1);
    store.close();
  });

  test('because the system makes no folders there leads to a store in memory, and does not wait for ever', () => {
    const open = join(import.meta.dirname, '../../../service/store/open.ts');
    const script = `const { openDatabase } = await import(${JSON.stringify(open)}); console.log(openDatabase('/proc/headroom/data', 0).persistent);`;
    // In a process of its own, which can be ended: what this guards against never came back.
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 120_000,
    });
    expect(stdout.trim()).toBe('false');
  });

  test("because a pipe is in the file's place leads to a store in memory, and does not wait for its other end", () => {
    if (spawnSync('mkfifo', [file]).status !== 0) return; // a system without pipes in folders
    const open = join(import.meta.dirname, '../../../service/store/open.ts');
    const script = `const { openDatabase } = await import(${JSON.stringify(open)}); console.log(openDatabase(${JSON.stringify(dir.path)}, 0).notices.map(({ why }) => why).join());`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 120_000,
      killSignal: 'SIGKILL',
    });
    expect(stdout).toContain('not a file');
  });

  test('because another holds the file keeps what is in it, and a notice', () => {
    const before = openStore(dir.path, NOW_MS);
    before.saveRun(exampleRun({ runId: 'before' }));
    before.close();
    const blocker = new DatabaseSync(file);
    blocker.exec('BEGIN IMMEDIATE');
    const store = openStore(dir.path, NOW_MS, 10);
    blocker.close();
    expect(store.notices).toEqual([expect.objectContaining({ code: 'in-memory' })]);
    expect(store.allRuns().map(({ runId }) => runId)).toEqual(['before']);
    store.close();
  });

  test('because the disk is full in mid-work keeps what was there and what comes, in memory, with one notice, and writes it all once it can', () => {
    const store = openStore(dir.path, NOW_MS, 10);
    store.saveRun(exampleRun({ runId: 'before' }));
    // Another connection that holds the write lock is as good as a full disk: the write fails.
    const blocker = new DatabaseSync(file);
    blocker.exec('BEGIN IMMEDIATE');
    store.saveRun(exampleRun({ runId: 'after' }));
    expect(store.allRuns().map(({ runId }) => runId)).toEqual(['before', 'after']);
    expect(store).toMatchObject({
      persistent: false,
      notices: [expect.objectContaining({ code: 'not-written-now' })],
    });
    blocker.exec('ROLLBACK');
    blocker.close();
    store.saveRun(exampleRun({ runId: 'later' }));
    expect(store).toMatchObject({ persistent: true, notices: [] });
    expect(store.allRuns().map(({ runId }) => runId)).toEqual(['before', 'after', 'later']);
    store.close();
    expect(idsIn(dir.path)).toEqual(['before', 'after', 'later']);
  });

  test('because another program holds the file loses nothing where that ends only before the store is closed', () => {
    const store = openStore(dir.path, NOW_MS, 10);
    const blocker = new DatabaseSync(file);
    blocker.exec('BEGIN IMMEDIATE');
    for (const runId of ['1', '2', '3']) store.saveRun(exampleRun({ runId }));
    expect(store.takeOverRuns(['3', '4', '5'].map((runId) => ({ run: exampleRun({ runId }), imported: false })))).toBe(
      2,
    );
    store.saveRun(exampleRun({ runId: '1' }));
    blocker.close();
    store.close();
    expect(idsIn(dir.path)).toEqual(['1', '2', '3', '4', '5']);
  });
});

function idsIn(path: string): string[] {
  const store = openStore(path, NOW_MS);
  const ids = store.allRuns().map(({ runId }) => runId);
  store.close();
  return ids;
}

function overwrite(path: string, from: number, to: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, from, to);
  writeFileSync(path, bytes);
}
