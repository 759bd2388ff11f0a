import { describe, expect, test } from '@jest/globals';
import { fitTime, guessTime, predictMs, workMpxOf } from '../../../service/benchmark/time.ts';
import type { Run } from '../../../service/recorder/run.ts';
import { settingsOf } from '../model/synthetic-host.ts';
import { exampleRun } from '../recorder/examples.ts';

function timed(px: number, batch: number, durationMs: number): Run {
  return exampleRun({ settings: settingsOf('txt2img', px, px, batch), durationMs });
}

describe('the time of a run', () => {
  test('goes by pixels, batch size and passes', () => {
    expect(workMpxOf(settingsOf('txt2img', 1000, 1000, 3))).toBe(3);
    expect(workMpxOf(settingsOf('hires_latent', 1000, 1000, 1))).toBe(5);
  });

  test('is predicted by the line through those before it', () => {
    const runs = [1, 2, 3, 4].map((batch) => timed(1000, batch, 500 + 2000 * batch));
    const time = fitTime(runs);
    expect(time).not.toBeNull();
    expect(predictMs(time ?? guessTime(null), 10)).toBeCloseTo(20_500);
  });

  test('is not known from two runs', () => {
    expect(fitTime([timed(512, 1, 500), timed(1024, 1, 900)])).toBeNull();
  });

  test('is their mean where all had the same settings, or larger ones were faster', () => {
    expect(fitTime([timed(512, 1, 500), timed(512, 1, 700), timed(512, 1, 600)])).toEqual({ msPerMpx: 0, fixedMs: 600 });
    expect(fitTime([timed(512, 1, 900), timed(768, 1, 600), timed(1024, 1, 300)])).toEqual({ msPerMpx: 0, fixedMs: 600 });
  });

  test('is never negative, however the line lies', () => {
    const time = fitTime([timed(512, 1, 1), timed(768, 1, 10), timed(1024, 1, 5000)]);
    expect(predictMs(time ?? guessTime(null), 0)).toBeGreaterThanOrEqual(0);
  });

  test('is not learnt from runs that ran out of memory, nor from a person\'s own, with other steps', () => {
    const others = [exampleRun({ outcome: 'oom' }), exampleRun({ origin: 'ordinary' }), exampleRun({ origin: 'warm-up' })];
    expect(fitTime([...others, ...others])).toBeNull();
  });

  test('is guessed longer on a CPU', () => {
    expect(predictMs(guessTime('cpu'), 1)).toBeGreaterThan(10 * predictMs(guessTime('cuda'), 1));
  });
});
