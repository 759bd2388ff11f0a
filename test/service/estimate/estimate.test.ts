import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { estimate, type EstimateMiB } from '../../../service/estimate/estimate.ts';
import { verdict } from '../../../service/estimate/verdict.ts';
import { fit } from '../../../service/model/fit.ts';
import type { Networks } from '../../../service/networks/networks.ts';
import type { Fit, Observation } from '../../../service/model/types.ts';
import { planNext } from '../../../service/plan/planner.ts';
import { OPERATIONS, type GenerationSettings, type Operation } from '../../../service/protocol/settings.ts';
import { observe, settingsOf, SD15_LIKE, TRAITS, truth } from '../model/synthetic-host.ts';
import { SD15 } from '../networks/examples.ts';
import { OPTIONS } from '../plan/examples.ts';

function benchmarkRuns(): Observation[] {
  const runs: Observation[] = [];
  for (let next = planNext(OPTIONS, runs); next !== null; next = planNext(OPTIONS, runs))
    runs.push(observe(SD15_LIKE, next));
  return runs;
}

const RUNS = benchmarkRuns();

function benchmark(): Fit {
  const result = fit(RUNS, TRAITS);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

const FIT = benchmark();

function estimated(settings: GenerationSettings): EstimateMiB {
  const result = estimate(FIT, settings);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

const operation = fc.constantFrom<Operation>(...OPERATIONS);
const sizePx = fc.integer({ min: 16, max: 256 }).map((units) => units * 8);
const batch = fc.integer({ min: 1, max: 8 });

describe('estimate', () => {
  test('after a default benchmark every operation is within 1.5 % of the truth', () => {
    for (const op of OPERATIONS) {
      for (const [width, height, batchSize] of [
        [512, 512, 1],
        [768, 512, 4],
        [960, 704, 2],
        [640, 640, 8],
      ] as const) {
        const settings = settingsOf(op, width, height, batchSize);
        const { needMiB } = truth(SD15_LIKE, settings);
        expect(Math.abs(estimated(settings).required.valueMiB - needMiB) / needMiB).toBeLessThan(0.015);
      }
    }
  });

  /**
   * Found on the real PyTorch (A1111 1.10.1 with sdp, copies as workspaces, 8192 MiB of which 450 are the context's).
   */
  test('where the cache would take more than there is, the peak is what is left after it was given back', () => {
    const networks: Networks = {
      ...{ shape: 'sd1', precision: 'autocast', copies: false, evaluated: 2, resident: 'all', scores: 'fused' },
      ...{ decode: 'half', encode: 'autocast' },
      kernels: { tracksOrder: true, sdpa: 'flash-if-many', workspace: 'x+w+y', workspaceInFloat: 'x' },
    };
    const replay = { networks, scale: 1, offsetMiB: 0, tellsNeed: true, strayBelow: 0, strayAbove: 0, rivals: [] };
    const replayed: Fit = { ...FIT, replay, staticMiB: 2088, slackMiB: 0 };
    for (const [settings, peakMiB] of [
      [settingsOf('img2img', 1712, 960, 2), 7516],
      [settingsOf('img2img', 1528, 1144, 2), 8004],
      [settingsOf('txt2img', 1216, 1616, 2), 8062],
      [settingsOf('hires_image', 480, 864, 2), 8054],
    ] as const) {
      const result = estimate(replayed, settings, 8192 - 450);
      if (!result.ok) throw new Error(result.reason);
      expect(Math.abs((result.peak.valueMiB + 450) / peakMiB - 1)).toBeLessThan(0.002);
      expect(result.peak.lowMiB).toBeLessThanOrEqual(result.peak.valueMiB);
      expect(result.peak.highMiB).toBeGreaterThan(8192 - 450);
    }
  });

  /**
   * Found on the real PyTorch (A1111 1.10.1 with Doggettx, copies as workspaces, 8192 MiB of which 2532 are in use at
   * idle).
   */
  test('where attention slices, the second picture may reserve more than the first, and all of them less than a smaller device would need', () => {
    const networks: Networks = {
      ...{ shape: 'sd1', precision: 'autocast', copies: false, evaluated: 2, resident: 'all', scores: 'slices' },
      ...{ decode: 'half', encode: 'autocast' },
      kernels: { tracksOrder: true, sdpa: 'flash-if-many', workspace: 'x+w+y', workspaceInFloat: 'x' },
    };
    const replay = { networks, scale: 1, offsetMiB: 0, tellsNeed: true, strayBelow: 0, strayAbove: 0, rivals: [] };
    const spread = { ...FIT.spread, peakLow: 0.01, peakHigh: 0.01, peakJagged: 0.01 };
    const sliced: Fit = { ...FIT, replay, staticMiB: 2082, slackMiB: 0, spread };
    const hires = (width: number, height: number) => ({
      ...{ width, height, uncroppedWidth: width, uncroppedHeight: height, upscaler: 'Latent' },
    });
    const peaksOf = (settings: GenerationSettings) => {
      const result = estimate(sliced, settings, 8192 - 450);
      if (!result.ok) throw new Error(result.reason);
      const onDevice = (mib: number) => Math.round(mib + 450);
      const { valueMiB, lowMiB, highMiB } = result.peak;
      return {
        at: onDevice(valueMiB),
        low: onDevice(lowMiB),
        high: onDevice(highMiB),
        need: onDevice(result.required.valueMiB),
      };
    };
    for (const [settings, peakMiB] of [
      [{ ...settingsOf('hires_latent', 960, 960, 2), hires: hires(1440, 1440) }, 8070],
      [{ ...settingsOf('hires_image', 1184, 784, 2), hires: { ...hires(1776, 1176), upscaler: 'Lanczos' } }, 8168],
    ] as const) {
      expect(Math.abs(peaksOf(settings).at / peakMiB - 1)).toBeLessThan(0.003);
    }
    for (const [settings, peakMiB] of [
      [settingsOf('img2img', 960, 1712, 4), 7726],
      [settingsOf('txt2img', 1456, 1096, 4), 7520],
      [{ ...settingsOf('hires_latent', 864, 480, 4), hires: hires(1728, 960) }, 7812],
    ] as const) {
      const { at, low, high, need } = peaksOf(settings);
      expect(need).toBeGreaterThan(peakMiB);
      expect(at).toBeGreaterThanOrEqual(need);
      expect(low).toBeLessThanOrEqual(peakMiB);
      expect(high).toBeGreaterThan(at);
    }
  });

  test("free ends of the weights' segments are needed too: they are added to required, and caps are read with them", () => {
    const slackMiB = 60;
    const above = (runs: readonly Observation[]): Observation[] =>
      runs.map((run) => ({
        ...run,
        idleSlackMiB: slackMiB,
        capMiB: run.capMiB === null ? null : run.capMiB + slackMiB,
        reservedPeakMiB: run.reservedPeakMiB === null ? null : run.reservedPeakMiB + slackMiB,
      }));
    const [without, withSlack] = [fit(RUNS, TRAITS), fit(above(RUNS), TRAITS)];
    if (!without.ok || !withSlack.ok) throw new Error('no fit');
    const settings = settingsOf('img2img', 768, 768, 4);
    const [before, after] = [estimate(without.value, settings), estimate(withSlack.value, settings)];
    if (!before.ok || !after.ok) throw new Error('no estimate');
    expect(after.required.valueMiB - before.required.valueMiB).toBeCloseTo(slackMiB, 6);
  });

  test('low, value and high keep their order and stay above the weights', () => {
    fc.assert(
      fc.property(operation, sizePx, sizePx, batch, (op, width, height, batchSize) => {
        const { required, peak } = estimated(settingsOf(op, width, height, batchSize));
        for (const interval of [required, peak]) {
          expect(interval.lowMiB).toBeGreaterThanOrEqual(FIT.staticMiB);
          expect(interval.valueMiB).toBeGreaterThanOrEqual(interval.lowMiB);
          expect(interval.highMiB).toBeGreaterThanOrEqual(interval.valueMiB);
        }
        expect(peak.valueMiB).toBeGreaterThanOrEqual(required.valueMiB);
      }),
    );
  });

  test('more width, height or batch never needs less', () => {
    fc.assert(
      fc.property(
        operation,
        sizePx,
        sizePx,
        batch,
        fc.constantFrom<readonly [number, number, number]>([64, 0, 0], [0, 64, 0], [0, 0, 1]),
        (op, width, height, batchSize, [dw, dh, db]) => {
          const before = estimated(settingsOf(op, width, height, batchSize));
          const after = estimated(settingsOf(op, width + dw, height + dh, batchSize + db));
          expect(after.required.valueMiB).toBeGreaterThanOrEqual(before.required.valueMiB);
          expect(after.required.highMiB).toBeGreaterThanOrEqual(before.required.highMiB);
          expect(after.peak.valueMiB).toBeGreaterThanOrEqual(before.peak.valueMiB);
        },
      ),
    );
  });

  test('a host of which every figure is so many times as large has estimates so many times as large: nothing hangs on the unit but a segment or two, and a step of the belief', () => {
    const largerBy = (times: number): Fit => {
      const scaled = (mib: number | null): number | null => (mib === null ? null : mib * times);
      const runs = RUNS.map((run) => ({
        ...run,
        capMiB: scaled(run.capMiB),
        activePeakMiB: scaled(run.activePeakMiB),
        reservedPeakMiB: scaled(run.reservedPeakMiB),
      }));
      const result = fit(runs, { ...TRAITS, staticMiB: SD15_LIKE.staticMiB * times });
      if (!result.ok) throw new Error(result.reason);
      return result.value;
    };
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 8, noNaN: true }),
        operation,
        sizePx,
        sizePx,
        batch,
        (times, op, width, height, batchSize) => {
          const settings = settingsOf(op, width, height, batchSize);
          const [before, after] = [estimate(FIT, settings), estimate(largerBy(times), settings)];
          if (!before.ok || !after.ok) throw new Error('no estimate');
          for (const figure of ['required', 'peak'] as const) {
            const [expectedMiB, gotMiB] = [times * before[figure].valueMiB, after[figure].valueMiB];
            expect(Math.abs(gotMiB - expectedMiB)).toBeLessThan(0.01 * expectedMiB + 40 * Math.abs(1 - times));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('what is required reaches further up than down where it is replayed: a host has more in the way than the networks', () => {
    const networks = SD15;
    const replayed = estimate(
      {
        ...FIT,
        replay: { networks, scale: 1, offsetMiB: 0, tellsNeed: true, strayBelow: 0, strayAbove: 0, rivals: [] },
      },
      settingsOf('txt2img', 512, 512, 4),
    );
    if (!replayed.ok) throw new Error(replayed.reason);
    const { lowMiB, valueMiB, highMiB } = replayed.required;
    expect(valueMiB - lowMiB).toBeLessThan(0.0075 * valueMiB);
    expect(highMiB - valueMiB).toBeGreaterThan(0.01 * valueMiB);
  });

  test('what is required reaches as far down as runs under caps have succeeded below the replay', () => {
    const networks = SD15;
    const settings = settingsOf('txt2img', 768, 768, 8);
    const [borneOut, strayed] = [0, 0.04].map((strayBelow) =>
      estimate(
        {
          ...FIT,
          replay: { networks, scale: 1, offsetMiB: 0, tellsNeed: true, strayBelow, strayAbove: 0, rivals: [] },
        },
        settings,
      ),
    );
    if (borneOut?.ok !== true || strayed?.ok !== true) throw new Error('no estimate');
    expect([strayed.required.valueMiB, strayed.required.highMiB]).toEqual([
      borneOut.required.valueMiB,
      borneOut.required.highMiB,
    ]);
    const ownMiB = strayed.required.valueMiB - FIT.staticMiB;
    expect(borneOut.required.lowMiB - strayed.required.lowMiB).toBeCloseTo(
      0.04 * strayed.required.valueMiB - 0.003 * ownMiB,
      3,
    );
  });

  test('what is required reaches as far up as runs under caps may have failed above the replay', () => {
    const settings = settingsOf('txt2img', 768, 768, 8);
    const [borneOut, strayed] = [0, 0.045].map((strayAbove) => {
      const replay = { networks: SD15, scale: 1, offsetMiB: 0, tellsNeed: true, strayBelow: 0, strayAbove, rivals: [] };
      const result = estimate({ ...FIT, replay }, settings);
      if (!result.ok) throw new Error(result.reason);
      return result.required;
    });
    expect([strayed?.valueMiB, strayed?.lowMiB]).toEqual([borneOut?.valueMiB, borneOut?.lowMiB]);
    expect(strayed?.highMiB).toBeGreaterThan(1.045 * (borneOut?.valueMiB ?? Infinity));
  });

  test('larger than anything that was run is beyond, and its interval is wider', () => {
    const inside = estimated(settingsOf('txt2img', 960, 960, 1));
    const beyond = estimated(settingsOf('txt2img', 1920, 1920, 1));
    expect(inside.basis).toBe('inside');
    expect(beyond.basis).toBe('beyond');
    const width = (one: EstimateMiB): number => (one.required.highMiB - one.required.lowMiB) / one.required.valueMiB;
    expect(width(beyond)).toBeGreaterThan(width(inside));
  });

  test('the interval of the peak leaves room for how the allocator rounds what is above the weights', () => {
    const { peak } = estimated(settingsOf('txt2img', 960, 960, 8));
    expect(peak.highMiB - peak.valueMiB).toBeGreaterThanOrEqual(0.06 * (peak.valueMiB - FIT.staticMiB));
    expect(peak.valueMiB - peak.lowMiB).toBeGreaterThanOrEqual(0.06 * (peak.valueMiB - FIT.staticMiB));
  });

  test('settings that make no sense get a reason', () => {
    const base = settingsOf('txt2img', 512, 512, 1);
    expect(estimate(FIT, { ...base, batchSize: 0 })).toEqual({ ok: false, reason: 'batch-size-not-positive' });
    expect(estimate(FIT, { ...base, width: 0 })).toEqual({ ok: false, reason: 'size-too-small' });
    expect(estimate(FIT, { ...base, operation: 'hires_latent' })).toEqual({ ok: false, reason: 'hires-size-missing' });
  });
});

describe('verdict', () => {
  const one = estimated(settingsOf('txt2img', 768, 768, 4));
  const on = (availableMiB: number): ReturnType<typeof verdict> =>
    verdict(one, { usableMiB: availableMiB + 500, otherMiB: 500 });

  test('it fits where the upper bound fits, with what is left above it as margin', () => {
    const result = on(one.required.highMiB + 1);
    expect(result.verdict).toBe('fits');
    expect(result.marginMiB).toBeCloseTo(1, 6);
  });

  test('it is tight where the interval straddles the edge', () => {
    expect(on(one.required.valueMiB)).toMatchObject({ verdict: 'tight', reason: 'interval-straddles-the-edge' });
  });

  test('it will not fit where even the lower bound does not, and the margin says what is missing', () => {
    const result = on(one.required.lowMiB - 1);
    expect(result.verdict).toBe('will-not-fit');
    expect(result.marginMiB).toBeLessThan(0);
  });
});
