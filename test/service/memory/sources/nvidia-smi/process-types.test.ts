import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { mergedProcesses, readProcessTypes } from '../../../../../service/memory/sources/nvidia-smi/process-types.ts';

const TEXT = readFileSync(new URL('../../../../fixtures/nvidia-smi-processes/typed.txt', import.meta.url), 'utf8');
const TYPED = [
  { pid: 1523, name: 'Xorg', usedMiB: 310, use: 'graphics' },
  { pid: 2201, name: 'chrome', usedMiB: 420, use: 'graphics' },
  { pid: 4242, name: 'python3', usedMiB: 2512, use: 'compute' },
  { pid: 5100, name: 'obs', usedMiB: null, use: 'both' },
];

test('programs that only draw are told, each with what it does, and without folders and arguments', () => {
  expect(readProcessTypes(TEXT)).toEqual(TYPED);
});

test('carriage returns and the lines that older drivers lack change nothing', () => {
  const older = TEXT.replaceAll(/.*instance ID.*\n/g, '');
  expect(readProcessTypes(older.replaceAll('\n', '\r\n'))).toEqual(TYPED);
});

test('no program is an empty list, and another text is none', () => {
  expect(readProcessTypes('GPU 00000000:01:00.0\n    Processes                             : None\n')).toEqual([]);
  expect(readProcessTypes('Invalid combination of input arguments.\n')).toBeNull();
});

test('a type that nobody knows is left out', () => {
  expect(readProcessTypes('Processes\n Process ID : 7\n Type : M+C\n Name : x\n')).toEqual([
    { pid: 7, name: 'x', usedMiB: null },
  ]);
});

test('of two lists the typed one counts, with what only the other one tells', () => {
  const computing = [
    { pid: 5100, name: 'obs', usedMiB: 77 },
    { pid: 9, name: 'late', usedMiB: 5 },
  ];
  const merged = mergedProcesses(computing, readProcessTypes(TEXT));
  expect(merged?.map(({ pid, usedMiB }) => [pid, usedMiB])).toEqual([
    [1523, 310],
    [2201, 420],
    [4242, 2512],
    [5100, 77],
    [9, 5],
  ]);
  expect(mergedProcesses(computing, null)).toEqual(computing);
  expect(mergedProcesses(null, null)).toBeNull();
});
