import { describe, expect, test } from '@jest/globals';
import { lastBefore, peakBetween } from '../../../benchmarks/gpu/trace.ts';

const points = [10, 20, 30, 40].map((atMs) => ({ atMs, usedMiB: atMs === 30 ? 900 : 100 + atMs }));

describe('readings around a run', () => {
  test('the peak is the highest reading within its time', () => {
    expect(peakBetween(points, 20, 40)).toEqual({ samples: 3, peakMiB: 900 });
    expect(peakBetween(points, 32, 40)).toEqual({ samples: 1, peakMiB: 140 });
  });

  test('without a reading there is no peak, not one of 0', () => {
    expect(peakBetween(points, 41, 50)).toEqual({ samples: 0, peakMiB: null });
  });

  test('what the device held before a run is the last reading before it', () => {
    expect(lastBefore(points, 20)?.atMs).toBe(10);
    expect(lastBefore(points, 10)).toBeNull();
  });
});
