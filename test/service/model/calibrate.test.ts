import { describe, expect, test } from '@jest/globals';
import { calibrate } from '../../../service/model/calibrate.ts';
import { fit } from '../../../service/model/fit.ts';
import type { Fit, Observation } from '../../../service/model/types.ts';
import { observe, settingsOf, SD15_LIKE, TRAITS } from './synthetic-host.ts';
import { atOnce } from '../../../service/base/steps.ts';

const run = (width: number, batchSize: number, timesPeak = 1): Observation => {
  const seen = observe(SD15_LIKE, { settings: settingsOf('txt2img', width, width, batchSize), capMiB: null });
  return { ...seen, reservedPeakMiB: (seen.reservedPeakMiB ?? 0) * timesPeak };
};

function fitted(): Fit {
  const result = fit([run(512, 1), run(960, 1), run(512, 8), run(960, 8), run(768, 4)], TRAITS);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

const FIT = fitted();

describe('calibration by ordinary runs', () => {
  test('without runs the interval stays as it was', () => {
    expect(atOnce(calibrate(FIT, []))).toEqual(FIT);
  });

  test('a few runs can widen the interval but not narrow it', () => {
    expect(atOnce(calibrate(FIT, [run(640, 1)])).spread).toEqual(FIT.spread);
    expect(atOnce(calibrate(FIT, [run(640, 8, 1.1)])).spread.peakHigh).toBeGreaterThan(0.05);
  });

  test('forty runs set the bound by their order, so that one outlier among them does not', () => {
    const usual = Array.from({ length: 79 }, (_, i) => run(512 + 64 * (i % 6), 1 + (i % 8), 1 + 0.0002 * i));
    const { spread } = atOnce(calibrate(FIT, [...usual, run(640, 8, 1.5)]));
    expect(spread.peakHigh).toBeLessThan(0.1);
  });

  test('the allowance for the allocator stands until there are enough runs to know', () => {
    const runs = Array.from({ length: 80 }, (_, i) => run(512 + 64 * (i % 6), 1 + (i % 8)));
    expect(atOnce(calibrate(FIT, runs.slice(0, 20))).spread.peakJagged).toBe(FIT.spread.peakJagged);
    expect(atOnce(calibrate(FIT, runs)).spread.peakJagged).toBe(0);
  });

  test('runs that failed or were capped say nothing of the peak', () => {
    const failed: Observation = { ...run(640, 8, 2), outcome: 'oom' };
    const capped: Observation = { ...run(640, 8, 2), capMiB: 9000 };
    expect(atOnce(calibrate(FIT, [failed, capped]))).toEqual(FIT);
  });
});
