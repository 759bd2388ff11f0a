import { expect, test } from '@jest/globals';
import { findNvidiaSmi, isExecutableFile } from '../../../../../service/memory/sources/nvidia-smi/find-binary.ts';

function find(platform: NodeJS.Platform, env: Record<string, string>, ...present: string[]) {
  return findNvidiaSmi({ platform, env, isExecutable: (path) => present.includes(path) });
}

test('the PATH comes first', () => {
  expect(find('linux', { PATH: '/opt/sim:/usr/bin' }, '/usr/bin/nvidia-smi', '/opt/sim/nvidia-smi')).toBe(
    '/opt/sim/nvidia-smi',
  );
});

test('nothing is run out of the current folder', () => {
  expect(find('linux', { PATH: '.::bin' }, 'nvidia-smi', './nvidia-smi', 'bin/nvidia-smi')).toBeNull();
});

test('WSL keeps it out of the PATH', () => {
  expect(find('linux', { PATH: '/usr/bin' }, '/usr/lib/wsl/lib/nvidia-smi')).toBe('/usr/lib/wsl/lib/nvidia-smi');
});

test('Windows has it in System32 or in NVSMI, whatever the case of its variables', () => {
  const system = 'D:\\Windows\\System32\\nvidia-smi.exe';
  expect(find('win32', { Path: 'C:\\tools', SystemRoot: 'D:\\Windows' }, system)).toBe(system);
  const nvsmi = 'E:\\Programs\\NVIDIA Corporation\\NVSMI\\nvidia-smi.exe';
  expect(find('win32', { Path: 'C:\\tools', ProgramFiles: 'E:\\Programs' }, nvsmi)).toBe(nvsmi);
});

test('no PATH and no file is no nvidia-smi', () => {
  expect(find('linux', {})).toBeNull();
  expect(find('win32', {})).toBeNull();
});

test('a folder and a missing file are no executables', () => {
  expect(isExecutableFile(process.execPath)).toBe(true);
  expect(isExecutableFile(import.meta.dirname)).toBe(false);
  expect(isExecutableFile('/nowhere/nvidia-smi')).toBe(false);
});
