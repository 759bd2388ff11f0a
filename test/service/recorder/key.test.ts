import { describe, expect, test } from '@jest/globals';
import { keyHashOf } from '../../../service/recorder/key.ts';
import { ENVIRONMENT } from '../server/fake-host.ts';

describe('the calibration key', () => {
  test('does not depend on the order in which the host names its settings', () => {
    const reversed = Object.fromEntries(Object.entries(ENVIRONMENT.key).reverse());
    expect(keyHashOf({ ...ENVIRONMENT, key: reversed })).toBe(keyHashOf(ENVIRONMENT));
  });

  test.each([
    ['another setting', { key: { ...ENVIRONMENT.key, attention: 'xformers' } }],
    ['another version of torch', { torchVersion: '2.3.0' }],
    ['another version of the WebUI', { webuiVersion: '1.9.0' }],
    ['another card', { device: { ...ENVIRONMENT.device, uuid: 'GPU-00000000-0000-0000-0000-000000000000' } }],
    ['the CPU', { device: { ...ENVIRONMENT.device, backend: 'cpu' as const } }],
  ])('is another with %s', (_what, change) => {
    expect(keyHashOf({ ...ENVIRONMENT, ...change })).not.toBe(keyHashOf(ENVIRONMENT));
  });

  test('is the same with another checkpoint of the same family, and with other upscalers', () => {
    expect(keyHashOf({ ...ENVIRONMENT, ...{ checkpoint: 'another', upscalers: [] } })).toBe(keyHashOf(ENVIRONMENT));
  });
});
