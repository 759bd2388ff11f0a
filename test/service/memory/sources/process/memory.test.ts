import { expect, test } from '@jest/globals';
import { availableMiB, readProcFiles } from '../../../../../service/memory/sources/process/memory.ts';

const STATUS = 'Name:\tpython\nVmHWM:\t  900000 kB\nVmRSS:\t  524288 kB\nRssAnon:\t 1 kB\n';
const MEMINFO = 'MemTotal:       16777216 kB\nMemFree:         1048576 kB\nMemAvailable:    8388608 kB\n';

function files(contents: Record<string, string>) {
  return (path: string) => {
    const text = contents[path];
    if (text === undefined) throw new Error(`ENOENT ${path}`);
    return text;
  };
}

test('the resident set of the process and what the machine has in use', () => {
  const read = files({ '/proc/42/status': STATUS, '/proc/meminfo': MEMINFO });
  expect(readProcFiles(42, read)).toEqual({ residentMiB: 512, usedMiB: 8192, totalMiB: 16_384 });
});

test('an old kernel without MemAvailable counts what is free', () => {
  const read = files({ '/proc/42/status': STATUS, '/proc/meminfo': MEMINFO.replace(/MemAvailable.*\n/, '') });
  expect(readProcFiles(42, read)?.usedMiB).toBe(15_360);
});

test('what the machine has for programs is told alone as well, and null where no file says it', () => {
  expect(availableMiB(files({ '/proc/meminfo': MEMINFO }))).toBe(8192);
  expect(availableMiB(files({ '/proc/meminfo': 'MemTotal: 1 kB\n' }))).toBeNull();
  expect(availableMiB(files({}))).toBeNull();
});

test('a process that is gone, or a zombie without memory, is null', () => {
  expect(readProcFiles(42, files({ '/proc/meminfo': MEMINFO }))).toBeNull();
  expect(
    readProcFiles(42, files({ '/proc/42/status': 'Name:\tpython\nState:\tZ (zombie)\n', '/proc/meminfo': MEMINFO })),
  ).toBeNull();
});

test('the name of a process cannot pass for a figure', () => {
  const status = `Name:\tVmRSS: 1 kB\n${STATUS.replace('Name:\tpython\n', '')}`;
  expect(readProcFiles(42, files({ '/proc/42/status': status, '/proc/meminfo': MEMINFO }))?.residentMiB).toBe(512);
});

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('the kernel of this machine is understood', () => {
  const memory = readProcFiles(process.pid);
  expect(memory?.residentMiB).toBeGreaterThan(10);
  expect(memory?.totalMiB).toBeGreaterThan(memory?.usedMiB ?? Infinity);
});
