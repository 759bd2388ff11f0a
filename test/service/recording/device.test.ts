import { expect, test } from '@jest/globals';
import { deviceNamed, figuresOf } from '../../../service/recording/device.ts';
import { DEVICE } from '../server/fake-sampler.ts';

const OTHER = { ...DEVICE, index: 1, uuid: 'GPU-5a000000-0000', busId: '00000000:02:00.0' };
const BOTH = [DEVICE, OTHER];

test.each<[string, typeof DEVICE | null]>([
  ['0', DEVICE],
  ['1', OTHER],
  ['2', null],
  ['GPU-5f1e9d5a-3c5e-4a61-9f0a-1d2b3c4d5e6f', DEVICE],
  ['gpu-5a', OTHER],
  ['5f1e', DEVICE],
  ['GPU-5', null],
  ['02:00.0', OTHER],
  ['0000:01:00.0', DEVICE],
  ['RTX', null],
])('a device named "%s" is the one that is meant, or none', (id, device) => {
  expect(deviceNamed(id, BOTH)).toBe(device);
});

test('a device is found again by its uuid, though the driver numbers it anew', () => {
  expect(
    figuresOf(OTHER, [
      { ...OTHER, index: 0 },
      { ...DEVICE, index: 1 },
    ]),
  ).toMatchObject({ uuid: OTHER.uuid });
  expect(figuresOf(OTHER, [DEVICE])).toBeNull();
});
