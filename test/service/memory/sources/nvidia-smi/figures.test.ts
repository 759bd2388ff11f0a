import { normaliseBusId } from '../../../../../service/protocol/bus-id.ts';
import { expect, test } from '@jest/globals';
import {
  readBusId,
  readIndex,
  readMiB,
  readName,
  readUuid,
} from '../../../../../service/memory/sources/nvidia-smi/figures.ts';

test.each([
  ['512', null, 512],
  ['512 MiB', null, 512],
  ['512MiB', 'GiB', 512],
  ['2', 'GiB', 2048],
  ['1024 KiB', null, 1],
  ['1048576 B', null, 1],
  ['0', 'MiB', 0],
  ['1.5 GiB', null, 1536],
])('%s under the unit %s is %d MiB', (text, unit, expected) => {
  expect(readMiB(text, unit)).toBe(expected);
});

test.each([
  '',
  '-1',
  '+1',
  'NaN',
  'Infinity',
  '1e3',
  '0x10',
  '1,024',
  '1 2',
  '5 %',
  '5 W',
  '5 MiBs',
  '16777217',
  '17 TiB',
  '٣',
  '1.',
  '.5',
])('"%s" is no amount of memory', (text) => {
  expect(readMiB(text, null)).toBeNull();
});

test('an index is a small whole number', () => {
  expect([readIndex('0'), readIndex('15'), readIndex('-1'), readIndex('1.0'), readIndex('99999')]).toEqual([
    0,
    15,
    null,
    null,
    null,
  ]);
});

test('a bus id has a domain of four or eight digits, or none', () => {
  expect(readBusId('00000000:01:00.0')).toBe('00000000:01:00.0');
  expect(readBusId('01:00.0')).toBe('01:00.0');
  expect(readBusId('512 MiB')).toBeNull();
});

test('bus ids compare whatever their domain and case', () => {
  expect(new Set(['00000000:A1:00.0', '0000:a1:00.0', 'A1:00.0'].map(normaliseBusId)).size).toBe(1);
  expect(normaliseBusId('0001:A1:00.0')).not.toBe(normaliseBusId('0000:A1:00.0'));
});

test('a uuid has no spaces, and a name no control characters', () => {
  expect(readUuid('GPU-3f1c0a52')).toBe('GPU-3f1c0a52');
  expect(readUuid('MIG-GPU-3f1c0a52/1/0')).toBe('MIG-GPU-3f1c0a52/1/0');
  expect(readUuid('NVIDIA A100')).toBeNull();
  expect(readName('Tes\u0007la\u2028 T4')).toBe('Tesla T4');
});
