import { describe, expect, test } from '@jest/globals';
import {
  fitTime,
  gapMsOf,
  guessTime,
  predictMs,
  timedFit,
  typicalWorkMpx,
  workMpxOf,
} from '../../../service/calibration/time.ts';
import type { Run } from '../../../service/recorder/run.ts';
import type { Observation } from '../../../service/model/types.ts';
import { planNext } from '../../../service/plan/planner.ts';
import { OPERATIONS } from '../../../service/protocol/settings.ts';
import { observe, SD15_LIKE, settingsOf, TRAITS } from '../model/synthetic-host.ts';
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
    expect(fitTime([timed(512, 1, 500), timed(512, 1, 700), timed(512, 1, 600)])).toEqual({
      msPerMpx: 0,
      fixedMs: 600,
    });
    expect(fitTime([timed(512, 1, 900), timed(768, 1, 600), timed(1024, 1, 300)])).toEqual({
      msPerMpx: 0,
      fixedMs: 600,
    });
  });

  test('is never negative, however the line lies', () => {
    const time = fitTime([timed(512, 1, 1), timed(768, 1, 10), timed(1024, 1, 5000)]);
    expect(predictMs(time ?? guessTime(null), 0)).toBeGreaterThanOrEqual(0);
  });

  test("is not learnt from runs that ran out of memory, nor from a person's own, with other steps", () => {
    const others = [
      exampleRun({ outcome: 'oom' }),
      exampleRun({ origin: 'ordinary' }),
      exampleRun({ origin: 'warm-up' }),
    ];
    expect(fitTime([...others, ...others])).toBeNull();
  });

  test('is told to people only once something was timed: of one or two runs as many times the guess', () => {
    const guess = guessTime('cuda');
    expect(timedFit([], guess)).toBeNull();
    const slow = timed(512, 1, 10 * predictMs(guess, workMpxOf(settingsOf('txt2img', 512, 512, 1))));
    const fit = timedFit([slow], guess);
    expect(predictMs(fit ?? guess, 2)).toBeCloseTo(10 * predictMs(guess, 2));
    const runs = [1, 2, 3, 4].map((batch) => timed(1000, batch, 500 + 2000 * batch));
    expect(timedFit(runs, guess)).toEqual(fitTime(runs));
  });

  test('is guessed longer on a CPU', () => {
    expect(predictMs(guessTime('cpu'), 1)).toBeGreaterThan(10 * predictMs(guessTime('cuda'), 1));
  });
});

test('the gap between two runs of one benchmark is the usual one; a pause is none', () => {
  const startsMs = [0, 12_000, 24_500, 36_000, 900_000];
  const runs = startsMs.map((startedAtMs) => ({ ...timed(512, 1, 10_000), sessionId: 'one', startedAtMs }));
  expect(gapMsOf(runs)).toBe(2_000);
  expect(gapMsOf([])).toBe(0);
  expect(gapMsOf(runs.map((run) => ({ ...run, sessionId: null })))).toBe(0);
});

test('the runs that a benchmark of default size makes are together of the work that is taken for typical, to half', () => {
  const options = { maxSizePx: 1024, maxBatchSize: 4, operations: OPERATIONS, budget: 'default' as const };
  const plan = { ...options, limitMiB: 7_400, seed: 1, traits: TRAITS };
  const observations: Observation[] = [];
  for (let next = planNext(plan, observations); next !== null; next = planNext(plan, observations))
    observations.push(observe(SD15_LIKE, next));
  const workMpx = observations.reduce((sum, { settings }) => sum + workMpxOf(settings), 0);
  const ratio = (typicalWorkMpx({ ...options, operations: [...OPERATIONS] }) * observations.length) / workMpx;
  expect(ratio).toBeGreaterThan(1 / 1.5);
  expect(ratio).toBeLessThan(1.5);
});
