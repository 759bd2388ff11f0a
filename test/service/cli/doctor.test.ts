import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { runDoctor } from '../../../service/cli/commands/doctor.ts';
import type { DoctorMachine, DoctorReport } from '../../../service/cli/doctor-report.ts';
import { inspectStore } from '../../../service/cli/doctor-store.ts';
import { openDatabase } from '../../../service/store/open.ts';
import { createFakeClock } from '../base/fake-clock.ts';
import { createFakeSmi } from '../memory/sources/nvidia-smi/fake-smi.ts';

const DIR = mkdtempSync(join(tmpdir(), 'headroom-doctor-'));
afterAll(() => rmSync(DIR, { recursive: true }));

function setUp(over: Partial<DoctorMachine> = {}) {
  const clock = createFakeClock();
  const smi = createFakeSmi(clock);
  const asked: boolean[] = [];
  const machine: DoctorMachine = {
    clock,
    runCommand: smi.runCommand,
    findBinary: () => '/home/somebody/bin/nvidia-smi',
    readInventory: (withGraphics) => {
      asked.push(withGraphics);
      return Promise.resolve({ os: 'Debian 12 x64', cpu: 'Test CPU', cores: 2, ramMiB: 1024, graphics: null });
    },
    inspectStore: (dataDir) => ({
      path: join(dataDir, 'headroom.sqlite'),
      state: 'ok',
      sizeBytes: 4096,
      runs: 7,
      folderWritable: true,
    }),
    readRam: {
      machine: () =>
        Promise.resolve({
          totalMiB: 16_384,
          availableMiB: 8_000,
          commitLimitMiB: null,
          committedMiB: null,
          commandForTcmalloc: 'sudo apt install google-perftools',
        }),
      process: () =>
        Promise.resolve({
          residentMiB: 4_096,
          allocator: { allocator: 'system', library: null },
          notPreloaded: [],
          allocConf: 'expandable_segments:True',
        }),
    },
    runningWebuis: () => [],
    readFile: () => new Uint8Array(),
    person: { home: '/home/somebody', user: 'somebody' },
    nodeVersion: 'v24.21.0',
    headroomVersion: '0.1.0',
    ...over,
  };
  const run = async (...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    const io = { out: (text: string) => out.push(text), err: (text: string) => err.push(text), env: {} };
    const running = runDoctor(args, io, () => machine);
    await clock.advance(60_000);
    return { exitCode: await running, out: out.join(''), err: err.join('') };
  };
  return { smi, run, asked };
}

describe('headroom doctor', () => {
  test('tells card, driver, fields, processes and store', async () => {
    const { run, asked } = setUp();
    const { exitCode, out } = await run('--json', '--data-dir', '/home/somebody/data');
    const report = JSON.parse(out) as DoctorReport;
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({
      ok: true,
      reason: null,
      driverVersion: '560.10',
      gpus: [
        {
          index: 0,
          uuid: 'GPU-0',
          name: 'Test card',
          usedMiB: 500,
          totalMiB: 8192,
          busId: '00000000:01:00.0',
          reservedMiB: 200,
          migMode: null,
        },
      ],
      processes: [
        { pid: 42, name: 'python', usedMiB: 900 },
        { pid: 43, name: 'other', usedMiB: null },
      ],
      store: { state: 'ok', runs: 7 },
    });
    expect(report.nvidiaSmi.fields).toContain('memory.reserved');
    // Where there is an nvidia-smi, systeminformation must not call it.
    expect(asked).toEqual([false]);
  });

  test('says the same in words', async () => {
    const { out } = await setUp().run();
    expect(out).toMatch(/Card +0: Test card, 500 MiB of 8\.0 GiB used/);
    expect(out).toMatch(/Driver +560.10/);
    expect(out).toMatch(/Store .*: ok, 7 runs/);
    expect(out).toContain('All well.');
  });

  test('tells who uses the card, what kind of program each is and what it does', async () => {
    const { run, smi } = setUp({ runningWebuis: () => [{ pid: 4242, dataDir: DIR }] });
    smi.processTypes = readFileSync(new URL('../../fixtures/nvidia-smi-processes/typed.txt', import.meta.url), 'utf8');
    const report = JSON.parse((await run('--json')).out) as DoctorReport;
    expect(report.holders).toContainEqual({ pid: 1523, name: 'Xorg', kind: 'desktop', use: 'graphics', usedMiB: 310 });
    expect(report.holders).toContainEqual({ pid: 4242, name: 'python3', kind: 'webui', use: 'compute', usedMiB: 2512 });
    expect((await run()).out).toMatch(/Process +2201 chrome \(a browser, draws\): 420 MiB/);
  });

  test('tells RAM, and of the WebUI that runs the allocator and how to get a better one', async () => {
    expect((await setUp().run()).out).toMatch(/RAM +7.8 GiB of 16.0 GiB available\n(?!WebUI)/);
    const { out } = await setUp({ runningWebuis: () => [{ pid: 4242, dataDir: DIR }] }).run();
    expect(out).toMatch(/WebUI +4.0 GiB of RAM, handed out by the system's own allocator; .*expandable_segments:True/);
    expect(out).toMatch(/Advice +.*TCMalloc ends that: sudo apt install google-perftools/);
  });

  test('says which of several WebUIs it took, where none is named', async () => {
    const runningWebuis = () => [
      { pid: 77, dataDir: '/first' },
      { pid: 4242, dataDir: '/second' },
    ];
    const { run } = setUp({ runningWebuis });
    expect((await run('--json')).err).toMatch(/several WebUIs run\. This is of process 77 \(\/first\)/);
    expect((await run('--json', '--data-dir', '/second')).err).toBe('');
  });

  test("names no home folder and no process's folder", async () => {
    const { run } = setUp();
    const { out } = await run('--json', '--data-dir', '/home/somebody/data');
    expect(out).not.toContain('somebody');
  });

  test('names nobody after whom a process calls itself', async () => {
    const { run } = setUp({ person: { home: '/home/o', user: 'other' } });
    const { out } = await run('--json');
    expect((JSON.parse(out) as DoctorReport).processes?.map(({ name }) => name)).toEqual(['python', 'USER']);
  });

  test('without nvidia-smi names the graphics that the machine knows of', async () => {
    const { run, asked } = setUp({ findBinary: () => null });
    expect((await run()).out).not.toMatch(/does not say|unknown/);
    const { exitCode, out } = await run('--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      reason: 'driver-missing',
      gpus: [],
      processes: null,
      nvidiaSmi: { path: null, fields: [] },
    });
    expect(asked).toEqual([true, true]);
  });

  test('gives the reason and the advice where the driver fails', async () => {
    const { run, smi } = setUp();
    smi.mode = 'lost';
    const { exitCode, out } = await run();
    expect(exitCode).toBe(1);
    expect(out).toMatch(/Problem +gpu-lost: .*restart the machine/);
  });

  test('says that a card has no memory figures, and not that all is well', async () => {
    const { run, smi } = setUp();
    smi.blindOn = [0];
    const words = await run();
    expect(words.exitCode).toBe(1);
    expect(words.out).toMatch(/Card +0: Test card, no memory figures/);
    expect(words.out).toMatch(/Process +42 python/);
    expect(words.out).toMatch(/Problem +no-memory-figures: .*GB10, Orin, Thor.*torch/);
    expect(JSON.parse((await run('--json')).out)).toMatchObject({
      ok: false,
      reason: 'no-memory-figures',
      gpus: [{ usedMiB: null, totalMiB: null }],
    });
  });

  test.each([
    [0, 1],
    [1, 0],
  ])(
    'says of which card the memory cannot be read, and why, where that of another can: %i of two',
    async (blind, good) => {
      const { run, smi } = setUp();
      smi.cards = 2;
      smi.blindOn = [blind];
      const { exitCode, out } = await run();
      expect(exitCode).toBe(0);
      expect(out).toMatch(new RegExp(`^Card +${blind}: Test card, no memory figures.*GB10, Orin, Thor.*torch`, 'm'));
      expect(out).toMatch(new RegExp(`^Card +${good}: Test card, 500 MiB of 8\\.0 GiB used((?!GB10).)*$`, 'm'));
      expect(out).toMatch(
        new RegExp(`^Problem +the memory of 1 of 2 cards cannot be read: ${blind} \\(no-memory-figures\\)`, 'm'),
      );
      expect(out).not.toContain('All well.');
      const { gpus } = JSON.parse((await run('--json')).out) as DoctorReport;
      const told = gpus.map(({ reason, message }) => [reason, message]);
      expect(told[blind]).toEqual(['no-memory-figures', expect.stringContaining('GB10, Orin, Thor')]);
      expect(told[good]).toEqual([null, null]);
    },
  );

  test('ends where nvidia-smi hangs for ever, and has started one', async () => {
    const { run, smi } = setUp();
    smi.mode = 'unkillable';
    const { exitCode, out } = await run('--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false, reason: 'hung' });
    expect(smi.calls).toHaveLength(1);
  });

  test('tells the card all the same where only the list of processes hangs', async () => {
    const { run, smi } = setUp();
    smi.hangsOnProcesses = true;
    const { exitCode, out } = await run('--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true, gpus: [{ usedMiB: 500 }], processes: null });
  });
});

describe('the store', () => {
  function folder(name: string) {
    return mkdtempSync(join(DIR, `${name}-`));
  }

  test('is absent where nothing was stored, and is not made by looking', () => {
    const dir = folder('absent');
    expect(inspectStore(dir)).toMatchObject({ state: 'absent', runs: null, folderWritable: true });
    expect(inspectStore(dir).state).toBe('absent');
    expect(inspectStore(join(dir, 'nowhere'))).toMatchObject({ state: 'absent', folderWritable: null });
  });

  test('is ok with the number of its runs', () => {
    const dir = folder('ok');
    const { database } = openDatabase(dir, 0, 5000);
    database.exec("INSERT INTO runs (run_id, key_hash, started_at_ms, body) VALUES ('a', 'k', 1, '{}')");
    expect(inspectStore(dir)).toMatchObject({ state: 'ok', runs: 1 });
    // The newest runs lie in the journal until it is written back.
    const [store, journal] = ['', '-wal'].map((suffix) => statSync(join(dir, `headroom.sqlite${suffix}`)).size);
    expect(journal).toBeGreaterThan(0);
    expect(inspectStore(dir).sizeBytes).toBe((store ?? 0) + (journal ?? 0));
    database.close();
    expect(inspectStore(dir)).toMatchObject({ state: 'ok', runs: 1 });
  });

  test("is damaged where it is no database, and foreign where it is another program's", () => {
    const damaged = folder('damaged');
    writeFileSync(join(damaged, 'headroom.sqlite'), 'not a database, and long enough to be looked at'.repeat(100));
    expect(inspectStore(damaged).state).toBe('damaged');

    const foreign = folder('foreign');
    const { database } = openDatabase(foreign, 0, 5000);
    database.exec('PRAGMA application_id = 1');
    database.close();
    expect(inspectStore(foreign).state).toBe('foreign');
  });

  test('is unreadable, and not absent, where a link leads nowhere', () => {
    const dir = folder('dangling');
    symlinkSync(join(dir, 'gone'), join(dir, 'headroom.sqlite'));
    expect(inspectStore(dir)).toMatchObject({ state: 'unreadable', runs: null });
  });
});
