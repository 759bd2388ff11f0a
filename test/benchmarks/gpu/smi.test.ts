import { describe, expect, test } from '@jest/globals';
import { childrenMsIn, gapsOf } from '../../../benchmarks/gpu/smi.ts';

describe('figures of a loop', () => {
  test('the header is no round, and gaps are between rounds', () => {
    expect(gapsOf([0, 5, 105, 215, 315], 1)).toEqual({ rows: 4, medianMs: 100, p95Ms: 109, maxMs: 110 });
  });

  test('with two cards every second row begins a round', () => {
    expect(gapsOf([0, 5, 6, 105, 106, 205, 206], 2)).toMatchObject({ rows: 3, medianMs: 100, maxMs: 100 });
  });

  test('one row alone has no gap', () => {
    expect(gapsOf([0, 5], 1)).toEqual({ rows: 1, medianMs: null, p95Ms: null, maxMs: null });
  });
});

describe("a shell's count of its children's time", () => {
  test('user and system time of the second line are added', () => {
    expect(childrenMsIn('0m0.010s 0m0.020s\n0m1.250s 1m0.050s\n')).toBe(61_300);
  });

  test('anything else is no count', () => {
    expect(childrenMsIn('not found\n')).toBeNull();
  });
});
