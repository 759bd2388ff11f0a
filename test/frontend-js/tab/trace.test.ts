import { describe, expect, test } from '@jest/globals';
import { spanOf, Trace } from '../../../frontend-js/tab/trace.ts';

describe('the memory trace', () => {
  test('counts back from the newest reading, in seconds', () => {
    const trace = new Trace();
    trace.push(10_000, 100, 0);
    trace.push(12_500, 200, 2_500);
    expect(trace.columns(2_500)).toEqual([
      [-2.5, 0],
      [100, 200],
    ]);
  });

  test('moves on while nothing is read: the last reading is not of now', () => {
    const trace = new Trace();
    trace.push(10_000, 100, 500);
    expect(trace.columns(8_500)).toEqual([[-8], [100]]);
  });

  test('is not drawn across a time in which nothing could be read', () => {
    const trace = new Trace();
    trace.push(10_000, 100, 0);
    trace.breakOff();
    trace.breakOff();
    trace.push(60_000, 900, 50_000);
    expect(trace.columns(50_000)[1]).toEqual([100, null, 900]);
  });

  test('spans what there is, from a few seconds to two minutes', () => {
    expect([spanOf(null), spanOf(-1), spanOf(-40), spanOf(-130)]).toEqual([
      [-15, 0],
      [-15, 0],
      [-40, 0],
      [-120, 0],
    ]);
  });

  test('forgets what is older than two minutes', () => {
    const trace = new Trace();
    for (let second = 0; second <= 300; second += 10) trace.push(second * 1000, second, second * 1000);
    expect(trace.columns(300_000)[1][0]).toBe(180);
  });

  test('thins readings that come faster than a plot can show', () => {
    const trace = new Trace();
    for (let atMs = 0; atMs < 1000; atMs += 10) trace.push(atMs, 1, atMs);
    expect(trace.columns(1000)[0]).toHaveLength(20);
  });

  test('keeps a missing reading as a gap', () => {
    const trace = new Trace();
    trace.push(0, null, 0);
    expect(trace.columns(0)[1]).toEqual([null]);
  });

  test('begins anew when the clock jumps back', () => {
    const trace = new Trace();
    trace.push(10_000, 1, 0);
    trace.push(5_000, 2, 1_000);
    expect(trace.columns(1_000)).toEqual([[0], [2]]);
  });
});
