import { describe, expect, test } from '@jest/globals';
import { Minutes } from '../../../frontend-js/tab/now/minutes.ts';

const NOW = 1_000;
const point = (atMs: number, usedMiB: number | null = 3000) => ({ atMs, usedMiB, othersMiB: 200 });
const news = (whole: boolean, ...atMs: number[]) => ({ whole, points: atMs.map((at) => point(at)), runs: null });

describe('the last minutes of memory', () => {
  test('end now, by the page’s clock, whatever the sidecar’s says', () => {
    const minutes = new Minutes();
    minutes.take(news(true, 90_000, 91_000), NOW);
    expect(minutes.columns(NOW + 500)[0]).toEqual([-1.5, -0.5]);
  });

  test('go on from where they were, and begin anew with a whole', () => {
    const minutes = new Minutes();
    minutes.take(news(true, 0, 1000), NOW);
    minutes.take(news(false, 2000), NOW);
    expect(minutes.columns(NOW)[0]).toEqual([-2, -1, 0]);
    minutes.take(news(true, 3000), NOW);
    expect(minutes.columns(NOW)[0]).toEqual([0]);
  });

  test('forget what is older, and what came before a clock jumped back', () => {
    const minutes = new Minutes();
    minutes.take(news(true, 0, 100_000), NOW);
    minutes.take(news(false, 350_000), NOW);
    expect(minutes.columns(NOW)[1].filter((mib) => mib !== null)).toHaveLength(2);
    minutes.take(news(false, 200_000), NOW);
    expect(minutes.columns(NOW)[0].at(-1)).toBe(0);
    expect(Math.max(...minutes.columns(NOW)[0])).toBe(0);
  });

  test('do not join what lies apart: nothing was read between', () => {
    const minutes = new Minutes();
    minutes.take(news(true, 0, 60_000), NOW);
    expect(minutes.columns(NOW)[1]).toEqual([3000, null, 3000]);
  });

  test('span five minutes at most, and one at least', () => {
    const minutes = new Minutes();
    expect(minutes.span(NOW)).toEqual([-60, 0]);
    minutes.take(news(true, 0, 299_000), NOW);
    expect(minutes.span(NOW)).toEqual([-299, 0]);
    expect(minutes.span(NOW + 9_000_000)[0]).toBe(-300);
  });

  test('keep their runs until they are told anew', () => {
    const minutes = new Minutes();
    const settings = { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null } as const;
    const run = {
      runId: '1',
      startedAtMs: 5,
      origin: 'ordinary',
      settings,
      capMiB: null,
      verdict: 'fits',
      outcome: null,
    } as const;
    minutes.take({ ...news(true, 0), runs: [{ ...run, peakMiB: null }] }, NOW);
    minutes.take(news(false, 1000), NOW);
    expect(minutes.runs).toHaveLength(1);
  });
});
