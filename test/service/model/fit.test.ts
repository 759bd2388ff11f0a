import { describe, expect, test } from '@jest/globals';
import { fit, fitInSteps } from '../../../service/model/fit.ts';
import { evaluate } from '../../../service/model/max-planes.ts';
import { pieces } from '../../../service/model/pieces.ts';
import type { Observation } from '../../../service/model/types.ts';
import { observe, settingsOf, SD15_LIKE, TRAITS } from './synthetic-host.ts';

const run = (...args: Parameters<typeof settingsOf>): Observation =>
  observe(SD15_LIKE, { settings: settingsOf(...args), capMiB: null });

const ENOUGH: readonly Observation[] = [
  run('txt2img', 512, 512, 1),
  run('txt2img', 960, 960, 1),
  run('txt2img', 512, 512, 8),
  run('txt2img', 960, 960, 8),
  run('img2img', 512, 512, 1),
  run('img2img', 960, 960, 1),
  run('hires_image', 480, 480, 1),
];

describe('fit', () => {
  test.each([
    ['no-runs', []],
    ['all-runs-failed', [{ ...run('txt2img', 512, 512, 1), outcome: 'oom' as const }]],
    ['too-few-runs', [run('txt2img', 512, 512, 1)]],
    ['too-few-runs', [{ ...run('txt2img', 512, 512, 1), capMiB: 4000 }]],
    ['needs-another-size', [run('txt2img', 512, 512, 1), run('txt2img', 512, 512, 4)]],
    ['needs-a-larger-batch', [run('txt2img', 512, 512, 1), run('txt2img', 768, 768, 1)]],
  ])('says %s rather than fit what cannot be fitted', (reason, runs) => {
    expect(fit(runs, TRAITS)).toEqual({ ok: false, reason });
  });

  test('figures below the weights are refused', () => {
    const below = ENOUGH.map((one) => ({ ...one, activePeakMiB: 100, reservedPeakMiB: 100 }));
    expect(fit(below, TRAITS)).toEqual({ ok: false, reason: 'figures-below-weights' });
  });

  test('the law behind the runs is found again', () => {
    const result = fit(ENOUGH, TRAITS);
    if (!result.ok) throw new Error(result.reason);
    expect(result.value.active.find((_, i) => i === 1)).toBeCloseTo(SD15_LIKE.sampling, -1);
    expect(result.value.staticMiB).toBe(SD15_LIKE.staticMiB);
  });

  test('the order of the runs does not matter', () => {
    expect(fit([...ENOUGH].reverse(), TRAITS)).toEqual(fit(ENOUGH, TRAITS));
  });

  test('is made in steps, more than a run has, so that none of them is long', () => {
    const work = fitInSteps(ENOUGH, TRAITS);
    let steps = 0;
    let step = work.next();
    for (; step.done !== true; step = work.next()) steps += 1;
    expect(step.value).toEqual(fit(ENOUGH, TRAITS));
    expect(steps).toBeGreaterThan(ENOUGH.length);
  });

  test('a fit survives JSON unchanged', () => {
    const result = fit(ENOUGH, TRAITS);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test('a run that ran out of memory raises an estimate that lies below it and leaves one above it alone', () => {
    const settings = settingsOf('txt2img', 960, 960, 8);
    const censored = (atLeastMiB: number): Observation => ({
      ...observe(SD15_LIKE, { settings, capMiB: null }),
      outcome: 'oom',
      activePeakMiB: atLeastMiB,
      reservedPeakMiB: atLeastMiB,
    });
    const few = [run('txt2img', 256, 256, 2), run('txt2img', 512, 512, 1), run('txt2img', 512, 512, 2)];
    const without = fit(few, TRAITS);
    const low = fit([...few, censored(3000)], TRAITS);
    const high = fit([...few, censored(9000)], TRAITS);
    if (!without.ok || !low.ok || !high.ok) throw new Error('no fit');
    const peakMiB = (one: typeof low): number => (one.ok ? evaluate(pieces(settings), one.value.active).valueMiB : 0);
    expect(peakMiB(low)).toBeCloseTo(peakMiB(without), 3);
    expect(peakMiB(high)).toBeGreaterThan(peakMiB(without) * 1.5);
  });

  test('no coefficient is ever negative or not a number, whatever the figures', () => {
    const odd = ENOUGH.map((one, i) => ({
      ...one,
      activePeakMiB: 2484 + (i % 3) * 500,
      reservedPeakMiB: 2484 + ((i * 7) % 5) * 900,
    }));
    for (const runs of [odd, ENOUGH.map((one) => ({ ...one, activePeakMiB: 3000, reservedPeakMiB: 3000 }))]) {
      const result = fit(runs, TRAITS);
      if (!result.ok) throw new Error(result.reason);
      for (const value of [...result.value.active, ...result.value.reserved]) expect(value).toBeGreaterThanOrEqual(0);
    }
  });

  test('a host without counters gets a fit from device samples alone', () => {
    const result = fit(
      ENOUGH.map((one) => ({ ...one, activePeakMiB: null })),
      { ...TRAITS, staticMiB: null },
    );
    expect(result.ok).toBe(true);
  });
});
