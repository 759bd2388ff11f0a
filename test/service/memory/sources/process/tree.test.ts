import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../../../service/base/system-clock.ts';
import { runCommand } from '../../../../../service/memory/sources/command.ts';
import {
  createProcTree,
  createTreeReader,
  readStat,
  type ProcTable,
} from '../../../../../service/memory/sources/process/tree.ts';
import { createFakeClock } from '../../../base/fake-clock.ts';

interface Entry {
  parentPid: number;
  startedAt: number;
  residentMiB: number;
}

/** /proc with these processes; each look at all of them is counted. */
function tableOf(entries: Map<number, Entry>) {
  const looks = { count: 0 };
  const table: ProcTable = {
    pids: () => {
      looks.count += 1;
      return [...entries.keys()];
    },
    stat: (pid) => entries.get(pid) ?? null,
    memory: (pid) => {
      const entry = entries.get(pid);
      return entry === undefined ? null : { residentMiB: entry.residentMiB, usedMiB: 4000, totalMiB: 16_000 };
    },
  };
  return { table, looks };
}

function family(): Map<number, Entry> {
  return new Map([
    [1, { parentPid: 0, startedAt: 1, residentMiB: 10 }],
    [50, { parentPid: 1, startedAt: 500, residentMiB: 100 }],
    [60, { parentPid: 50, startedAt: 600, residentMiB: 20 }],
    [70, { parentPid: 60, startedAt: 700, residentMiB: 3 }],
    [80, { parentPid: 1, startedAt: 800, residentMiB: 999 }],
  ]);
}

describe("a process's tree on Linux", () => {
  test('is the process with its children and theirs, and nobody else', () => {
    const { table } = tableOf(family());
    const read = createProcTree(50, createFakeClock(), table);
    expect(read()).toMatchObject({ residentMiB: 123, usedMiB: 4000, totalMiB: 16_000, pids: new Set([50, 60, 70]) });
  });

  test('keeps one whose parent ended, for which init takes its place', async () => {
    const entries = family();
    const clock = createFakeClock();
    const read = createProcTree(50, clock, tableOf(entries).table);
    await read();
    entries.delete(60);
    entries.set(70, { parentPid: 1, startedAt: 700, residentMiB: 3 });
    await clock.advance(1000);
    expect(read()).toMatchObject({ residentMiB: 103, pids: new Set([50, 70]) });
  });

  test('has one that was just started only where it is looked for now', async () => {
    const entries = family();
    const read = createProcTree(50, createFakeClock(), tableOf(entries).table);
    await read();
    entries.set(90, { parentPid: 70, startedAt: 900, residentMiB: 1 });
    expect(read()).toMatchObject({ pids: new Set([50, 60, 70]) });
    expect(read(true)).toMatchObject({ pids: new Set([50, 60, 70, 90]) });
  });

  test('does not take another process for one of its own that had the same id', async () => {
    const entries = family();
    const clock = createFakeClock();
    const read = createProcTree(50, clock, tableOf(entries).table);
    await read();
    entries.set(60, { parentPid: 1, startedAt: 950, residentMiB: 5000 });
    entries.delete(70);
    await clock.advance(1000);
    expect(read()).toMatchObject({ residentMiB: 100 });
  });

  test('is looked for twice a second, and read as often as one likes', async () => {
    const clock = createFakeClock();
    const { table, looks } = tableOf(family());
    const read = createProcTree(50, clock, table);
    for (let at = 0; at < 10; at += 1) {
      await read();
      await clock.advance(100);
    }
    expect(looks.count).toBe(2);
  });

  test('is null once nothing of it is there', async () => {
    const entries = family();
    const clock = createFakeClock();
    const read = createProcTree(50, clock, tableOf(entries).table);
    await read();
    for (const pid of [50, 60, 70]) entries.delete(pid);
    expect(read()).toBeNull();
    await clock.advance(1000);
    expect(read()).toBeNull();
  });
});

test("a program's name may hold brackets and blanks", () => {
  const fields = Array.from({ length: 17 }, (_, at) => at).join(' ');
  expect(readStat(`42 (a) b (c) S 7 ${fields} 12345 9 9`)).toEqual({ parentPid: 7, startedAt: 12_345 });
  expect(readStat('42 (gone')).toBeNull();
});

(process.platform === 'linux' ? test : test.skip)('the real /proc tells of a child of a child', async () => {
  const grandchild = 'setInterval(() => undefined, 1000); console.log("up")';
  const child = spawn(
    process.execPath,
    [
      '-e',
      `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { stdio: ['pipe', 'inherit', 'inherit'] })`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  const tree = createTreeReader(child.pid ?? 0, 'linux', systemClock, runCommand);
  const memory = await tree.read();
  for (const pid of memory?.pids ?? []) process.kill(pid, 'SIGKILL');
  expect(tree.seesWholeTree).toBe(true);
  expect(memory?.pids.size).toBe(2);
});

test('elsewhere the process is read alone, and that is told', async () => {
  const run: typeof runCommand = (_file, _args, onText) => {
    onText('  204800\n', 'stdout');
    return { ended: Promise.resolve({ exitCode: 0, startError: null }), kill: () => undefined };
  };
  const tree = createTreeReader(50, 'darwin', createFakeClock(), run);
  expect(tree.seesWholeTree).toBe(false);
  expect(await tree.read()).toMatchObject({ residentMiB: 200, pids: new Set([50]) });
});
