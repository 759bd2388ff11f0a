import { describe, expect, test } from '@jest/globals';
import { parseHost, staticMiBOf } from '../../../benchmarks/accuracy/host-file.ts';

const TRAITS = { attention: 'doggettx', condUncondBatched: true, decodesBatch: false, staticMiB: 2076.5 };

describe('what a live host reports beside a table', () => {
  test('is its environment under that name, with what lies around it', () => {
    const host = parseHost(
      JSON.stringify({ environment: { traits: TRAITS, key: { family: 'sd1' } }, idleSlackMiB: 5.5, contextMiB: 450 }),
    );
    expect(host).toEqual({ traits: TRAITS, key: { family: 'sd1' }, device: null, idleSlackMiB: 5.5, contextMiB: 450 });
    expect(staticMiBOf(host)).toBe(2526.5);
  });

  test('or the environment by itself, whole or in part', () => {
    const device = { backend: 'cuda', name: 'A card', uuid: null, busId: null, totalMiB: 24_576 };
    const host = parseHost(JSON.stringify({ traits: { attention: 'fused' }, device }));
    expect(host).toMatchObject({ traits: { attention: 'fused', condUncondBatched: null, staticMiB: null }, key: {} });
    expect(host.device).toEqual({ backend: 'cuda', name: 'A card' });
    expect(staticMiBOf(host)).toBeNull();
  });

  test.each([['{}'], ['{"traits":{}}'], ['{"traits":{"attention":"slow"}}']])('%s is none', (text) => {
    expect(() => parseHost(text)).toThrow("the host's file has no environment with traits");
  });
});
