import { describe, expect, test } from '@jest/globals';
import { Trace } from '../../../frontend-js/tab/trace.ts';

describe('the memory trace', () => {
  test('counts back from the newest reading, in seconds', () => {
    const trace = new Trace();
    trace.push(10_000, 100);
    trace.push(12_500, 200);
    expect(trace.columns()).toEqual([
      [-2.5, 0],
      [100, 200],
    ]);
  });

  test('forgets what is older than two minutes', () => {
    const trace = new Trace();
    for (let second = 0; second <= 300; second += 10) trace.push(second * 1000, second);
    expect(trace.columns()[1][0]).toBe(180);
  });

  test('thins readings that come faster than a plot can show', () => {
    const trace = new Trace();
    for (let atMs = 0; atMs < 1000; atMs += 10) trace.push(atMs, 1);
    expect(trace.columns()[0]).toHaveLength(20);
  });

  test('keeps a missing reading as a gap', () => {
    const trace = new Trace();
    trace.push(0, null);
    expect(trace.columns()[1]).toEqual([null]);
  });

  test('begins anew when the clock jumps back', () => {
    const trace = new Trace();
    trace.push(10_000, 1);
    trace.push(5_000, 2);
    expect(trace.columns()).toEqual([[0], [2]]);
  });
});
