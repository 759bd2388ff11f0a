import { expect, test } from '@jest/globals';
import { readComputeApps } from '../../../../../service/memory/sources/nvidia-smi/compute-apps.ts';

test('a process name with commas is read from both ends', () => {
  const text = 'pid, process_name, used_gpu_memory [MiB], gpu_uuid\n42, /opt/a, b,c/python, 900, GPU-1\n';
  expect(readComputeApps(text, null)).toEqual([{ pid: 42, name: 'python', usedMiB: 900 }]);
});

test('columns are found by name, in any order, with units in the cells', () => {
  const text = 'used_gpu_memory [MiB], gpu_uuid, pid, process_name\n900 MiB, GPU-1, 42, python\n';
  expect(readComputeApps(text, null)).toEqual([{ pid: 42, name: 'python', usedMiB: 900 }]);
});

test('what the driver does not say is null, and a hidden name is unknown', () => {
  const text = 'pid, process_name, used_gpu_memory [MiB]\r\n7, [Insufficient Permissions], [N/A]\r\n';
  expect(readComputeApps(text, null)).toEqual([{ pid: 7, name: 'unknown', usedMiB: null }]);
});

test('only the processes of the device asked for are told', () => {
  const text = 'pid, process_name, used_gpu_memory [MiB], gpu_uuid\n1, a, 10, GPU-1\n1, a, 20, GPU-2\n';
  expect(readComputeApps(text, 'GPU-2')).toEqual([{ pid: 1, name: 'a', usedMiB: 20 }]);
});

test('no process is an empty list, and a text without a table is none', () => {
  expect(readComputeApps('pid, process_name, used_gpu_memory [MiB]\n', null)).toEqual([]);
  expect(readComputeApps('No devices were found\n', null)).toBeNull();
});

test('lines that are no rows are passed over', () => {
  const text =
    'pid, process_name, used_gpu_memory [MiB]\nNVRM: Xid 31, pid=9, name=x\n[N/A], python, 5\n42, python, 5\n';
  expect(readComputeApps(text, null)).toEqual([{ pid: 42, name: 'python', usedMiB: 5 }]);
});

test.each([
  ['/home/Alice Smith/venv/bin/python3', 'python3'],
  ['python launch.py --gradio-auth alice:hunter2 --listen', 'python'],
  ['/usr/bin/python train.py /home/alice', 'python'],
  ['python train.py alice:hunter2', 'python'],
  ['/opt/google/chrome/chrome --type=gpu-process --user-data-dir=/home/alice', 'chrome'],
  ['C:\\Users\\Alice Smith\\Game Bar\\Game Bar.exe', 'Game Bar.exe'],
  ['C:\\Users\\Alice\\python.exe C:\\Users\\Alice\\launch.py --gradio-auth alice:hunter2', 'python.exe'],
  ['C:\\Program Files\\My Tool', 'My Tool'],
  ['/usr/bin/shell, simulated', 'shell'],
  ['ray::Worker.step', 'ray::Worker.step'],
  ['TOKEN=hunter2 python', 'TOKEN'],
  ['[Not Found]', 'unknown'],
])('of the process %j only the program is told', (name, program) => {
  expect(readComputeApps(`pid, process_name, used_gpu_memory [MiB]\n7, ${name}, 5\n`, null)).toEqual([
    { pid: 7, name: program, usedMiB: 5 },
  ]);
});
