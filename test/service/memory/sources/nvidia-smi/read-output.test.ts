import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { readGpuOutput } from '../../../../../service/memory/sources/nvidia-smi/read-output.ts';

const HEADER = 'index, uuid, name, memory.used\n';

const PIECES = [
  'a,',
  '"a,',
  '"a",',
  '""',
  'GPU 0000:00:00.0: ',
  'device handle ',
  'option ',
  'nvidia-smi ',
  '[',
  ' ',
  ' \t',
  '\r',
  '1 \n',
];

// A pattern that backtracks would outlast the test's time by far.
test.each(PIECES)('a megabyte of %j is answered', (piece) => {
  const output = readGpuOutput(HEADER + piece.repeat(1_000_000 / piece.length), 0);
  expect(output.ok).toBe(false);
});

test('two megabytes of lines as long as a row may be are answered, whatever they are made of', () => {
  const texts = PIECES.map((piece) => HEADER + `${piece.repeat(32_000 / piece.length)}\n`.repeat(62));
  const reader = join(import.meta.dirname, '../../../../../service/memory/sources/nvidia-smi/read-output.ts');
  const script = `
    const { readGpuOutput } = await import(${JSON.stringify(pathToFileURL(reader))});
    for (const text of JSON.parse((await import('node:fs')).readFileSync(0, 'utf8'))) readGpuOutput(text, 0);
    console.log('answered');`;
  // In a process of its own, which can be ended: time that grows with the square of a line takes it minutes.
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    input: JSON.stringify(texts),
    timeout: 100_000,
    killSignal: 'SIGKILL',
  });
  expect(stdout.trim()).toBe('answered');
});

test('rows with different indexes are different devices', () => {
  const output = readGpuOutput('index, name, memory.used\n0, A, 5\n1, A, 5\n', 0);
  expect(output.ok && output.gpus.map(({ index }) => index)).toEqual([0, 1]);
});

test('a later row of a device takes the place of an earlier one, however much of its identity is readable', () => {
  const text =
    'index, uuid, pci.bus_id, memory.used [MiB]\n0, GPU-a, 00000000:01:00.0, 5\n[N/A], GPU-a, [N/A], 6\n0, [N/A], [N/A], 7\n';
  const output = readGpuOutput(text, 0);
  expect(output.ok && output.gpus.map(({ usedMiB }) => usedMiB)).toEqual([7]);
});

test('a line that tells of a lost device takes the place of its earlier row', () => {
  const lost = 'Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.';
  expect(readGpuOutput(`index, pci.bus_id, memory.used\n0, 00000000:01:00.0, 5\n${lost}\n`, 0)).toEqual({
    ok: false,
    reason: 'gpu-lost',
  });
});

test.each([
  [9, 'driver-missing'],
  [12, 'driver-missing'],
  [18, 'driver-mismatch'],
])(
  'rows count for nothing where the call ended with exit code %d: no call that has it gives rows',
  (exitCode, reason) => {
    expect(readGpuOutput('index, name, memory.used\n0, A, 5\n', exitCode)).toEqual({ ok: false, reason });
  },
);

test("another tool's exit code is not read as nvidia-smi's, silence is", () => {
  expect(readGpuOutput('ERROR:root:Driver not initialized (amdgpu not found in modules)\n', 2)).toEqual({
    ok: false,
    reason: 'bad-output',
  });
  expect(readGpuOutput('', 2)).toEqual({ ok: false, reason: 'unknown-field' });
});

test('a table of cards without their memory is another table, and its exit code still counts', () => {
  expect(readGpuOutput('index, name\n0, A\n', 0)).toEqual({ ok: false, reason: 'bad-output' });
  expect(readGpuOutput('index, name\n0, A\n', 9)).toEqual({ ok: false, reason: 'driver-missing' });
});

test('a column that nvidia-smi does not know makes it another table, wherever it stands', () => {
  for (const header of ['load, index, memory.used', 'index, load, memory.used', 'index, memory.used, gpu.load'])
    expect(readGpuOutput(`${header}\n0, 1, 2\n`, 0)).toEqual({ ok: false, reason: 'bad-output' });
  expect(readGpuOutput('index, memory.used, clocks.max.npu\n0, 1, 2\n', 0).ok).toBe(true);
});

test("another tool's table has another tool's exit code", () => {
  expect(readGpuOutput('host, memory.used\nnode-a, 5\n', 9)).toEqual({ ok: false, reason: 'bad-output' });
});

test('the same index with another name or size is a device of another machine, with the same uuid it is not', () => {
  const rows = (header: string, ...lines: string[]) => readGpuOutput(`${[header, ...lines].join('\n')}\n`, 0).ok;
  expect(rows('index, name, memory.used', '0, A, 5', '0, B, 5')).toBe(false);
  expect(rows('index, memory.total, memory.used', '0, 8192, 5', '0, 4096, 5')).toBe(false);
  expect(rows('index, uuid, name, memory.used', '0, GPU-a, A, 5', '0, GPU-a, B, 5')).toBe(true);
});
