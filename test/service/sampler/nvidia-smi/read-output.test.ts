import { expect, test } from '@jest/globals';
import { readGpuOutput } from '../../../../service/sampler/nvidia-smi/read-output.ts';

const HEADER = 'index, uuid, name\n';

// A pattern that backtracks would outlast the test's time by far.
test.each(['a,', '"a,', '"a",', '""', 'GPU 0000:00:00.0: ', 'device handle ', 'option ', 'nvidia-smi ', '[', ' ', ' \t', '\r', '1 \n'])(
  'a megabyte of %j is answered',
  (piece) => {
    const output = readGpuOutput(HEADER + piece.repeat(1_000_000 / piece.length), 0);
    expect(output.ok).toBe(false);
  },
);

test('rows with different indexes are different devices', () => {
  const output = readGpuOutput('index, name\n0, A\n1, A\n', 0);
  expect(output.ok && output.gpus.map(({ index }) => index)).toEqual([0, 1]);
});

test('a later row of a device takes the place of an earlier one, however much of its identity is readable', () => {
  const text = 'index, uuid, pci.bus_id, memory.used [MiB]\n0, GPU-a, 00000000:01:00.0, 5\n[N/A], GPU-a, [N/A], 6\n0, [N/A], [N/A], 7\n';
  const output = readGpuOutput(text, 0);
  expect(output.ok && output.gpus.map(({ usedMiB }) => usedMiB)).toEqual([7]);
});

test('a line that tells of a lost device takes the place of its earlier row', () => {
  const lost = 'Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.';
  expect(readGpuOutput(`index, pci.bus_id\n0, 00000000:01:00.0\n${lost}\n`, 0)).toEqual({ ok: false, reason: 'gpu-lost' });
});

test.each([
  [9, 'driver-missing'],
  [12, 'driver-missing'],
  [18, 'driver-mismatch'],
])('rows count for nothing where the call ended with exit code %d: no call that has it gives rows', (exitCode, reason) => {
  expect(readGpuOutput('index, name\n0, A\n', exitCode)).toEqual({ ok: false, reason });
});
