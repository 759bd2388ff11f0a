import { describe, expect, test } from '@jest/globals';
import { atOnce } from '../../../service/base/steps.ts';
import { fit } from '../../../service/model/fit.ts';
import type { GenerationSettings, Operation } from '../../../service/protocol/settings.ts';
import { curvesOf } from '../../../service/server/curves.ts';
import { SD15_LIKE, TRAITS, observe, settingsOf } from '../model/synthetic-host.ts';
import type { Run } from '../../../service/recorder/run.ts';
import { exampleRun } from '../recorder/examples.ts';

const NONE: ReadonlySet<string> = new Set();
const here = (run: Run) => ({ run, imported: false });
type Asked = Parameters<typeof curvesOf>[0];
const curves = (operation: Operation, learnt: Asked['fit'], runs: Asked['runs'], more: Partial<Asked> = {}) =>
  atOnce(curvesOf({ operation, fit: learnt, runs, contradicted: NONE, roomMiB: 8192, present: null, ...more }));

function sizesOf(...measuredPx: number[]): number[] {
  const runs = measuredPx.map((px) => ({
    run: exampleRun({ settings: { operation: 'txt2img', width: px, height: px, batchSize: 1, hires: null } }),
    imported: false,
  }));
  return curves('txt2img', null, runs).sizesPx;
}

describe('curves', () => {
  test('begin at 256 px, or at the smallest size that was run', () => {
    expect(sizesOf(512, 1024)[0]).toBe(256);
    expect(sizesOf(192, 256)[0]).toBe(192);
  });

  test('tell apart what was imported, and leave out what contradicts what was measured here', () => {
    const runs = ['mine', 'theirs', 'made-up'].map((runId) => ({
      run: exampleRun({ runId }),
      imported: runId !== 'mine',
    }));
    const { points } = curves('txt2img', null, runs, { contradicted: new Set(['made-up']) });
    expect(points.map(({ imported }) => imported)).toEqual([false, true]);
  });

  test('are worked out in steps: an estimate of the sliders comes in between', () => {
    const learnt = fit(
      [256, 512, 768].flatMap((px) =>
        [1, 2].map((batch) => observe(SD15_LIKE, { settings: settingsOf('txt2img', px, px, batch), capMiB: null })),
      ),
      TRAITS,
    );
    if (!learnt.ok) throw new Error(learnt.reason);
    const asked = { fit: learnt.value, runs: [], contradicted: NONE, roomMiB: 8192, present: null };
    const work = curvesOf({ operation: 'txt2img', ...asked });
    let steps = 0;
    let step = work.next();
    for (; step.done !== true; step = work.next()) steps += 1;
    // One for each figure of a line, and one for each size on the way to the edge.
    expect(steps).toBeGreaterThan((step.value.lines.length + 1) * step.value.sizesPx.length);
  });

  test('go on some way beyond the largest size that was run', () => {
    expect(sizesOf(512, 1024).at(-1)).toBe(1280);
  });

  test('have a line for the largest batch that was run, whatever the operation: networks are shared', () => {
    const learnt = fit(
      [256, 512, 768].flatMap((px) =>
        [1, 6].map((batch) => observe(SD15_LIKE, { settings: settingsOf('txt2img', px, px, batch), capMiB: null })),
      ),
      TRAITS,
    );
    if (!learnt.ok) throw new Error(learnt.reason);
    const { lines } = curves('img2img', learnt.value, []);
    expect(lines.map(({ batchSize }) => batchSize)).toEqual([1, 2, 4, 6, 8]);
  });

  describe('where they meet the edge of what the WebUI can have', () => {
    const ROOM_MIB = 6_280;
    const fitted = fit(
      [256, 512, 768, 1024].flatMap((px) =>
        [1, 2, 4].map((batch) => observe(SD15_LIKE, { settings: settingsOf('txt2img', px, px, batch), capMiB: null })),
      ),
      TRAITS,
    );
    if (!fitted.ok) throw new Error(fitted.reason);
    const runs = [1024, 2048].map((px) => ({
      run: exampleRun({ settings: settingsOf('txt2img', px, px, 4) }),
      imported: false,
    }));
    const { lines } = curves('txt2img', fitted.value, runs, { roomMiB: ROOM_MIB });
    const both = lines.flatMap(({ required, peak }) =>
      required.valueMiB.flatMap((mib, n) => (mib === null ? [] : [{ required: mib, peak: peak.valueMiB[n] ?? null }])),
    );

    test('peaks go along it: PyTorch gives back its cache (VIEW-5)', () => {
      expect(both.filter(({ peak }) => peak === ROOM_MIB).length).toBeGreaterThan(0);
      expect(both.every(({ peak }) => peak === null || peak <= ROOM_MIB)).toBe(true);
    });

    test('each line crosses it and ends there', () => {
      for (const { required } of lines) {
        const last = required.valueMiB.findLastIndex((mib) => mib !== null);
        expect(required.valueMiB[last]).toBeGreaterThan(ROOM_MIB);
        expect(required.valueMiB.filter((mib) => mib !== null && mib > ROOM_MIB)).toHaveLength(1);
      }
    });

    test('intervals go along with the figures', () => {
      for (const { required, peak } of lines) {
        for (const { valueMiB, lowMiB, highMiB } of [required, peak]) {
          valueMiB.forEach((mib, n) => {
            const [low, high] = [lowMiB[n] ?? null, highMiB[n] ?? null];
            if (mib === null) return expect([low, high]).toEqual([null, null]);
            expect(low).toBeLessThanOrEqual(mib);
            expect(high).toBeGreaterThanOrEqual(mib);
          });
        }
      }
    });

    test('the sliders are a point among them, with no peak where it does not fit', () => {
      const at = (px: number) =>
        curves('txt2img', fitted.value, runs, { roomMiB: ROOM_MIB, present: settingsOf('txt2img', px, px, 3) }).present;
      expect(at(512)).toMatchObject({ sizePx: 512, batchSize: 3 });
      expect(at(512)?.peakMiB).toBeGreaterThanOrEqual(at(512)?.requiredMiB ?? Infinity);
      expect(at(2048)).toMatchObject({ sizePx: 2048, peakMiB: null });
    });

    test('a peak ends where required passes it', () => {
      const beyond = both.filter(({ required }) => required > ROOM_MIB);
      expect(beyond.length).toBeGreaterThan(0);
      expect(beyond.every(({ peak }) => peak === null)).toBe(true);
      expect(both.every(({ required, peak }) => required > ROOM_MIB || peak !== null)).toBe(true);
    });
  });

  describe('of hires fix', () => {
    const OPERATION = 'hires_image';
    const hires = (target: number, base: number, batchSize = 1): GenerationSettings => ({
      operation: OPERATION,
      width: base,
      height: base,
      batchSize,
      hires: { width: target, height: target, uncroppedWidth: target, uncroppedHeight: target, upscaler: null },
    });
    // As a benchmark runs them: from half, two thirds and four fifths of the target's size.
    const settings = [512, 768, 1024, 1280].flatMap((target) =>
      [2, 1.5, 1.25].flatMap((scale) =>
        [1, 4].map((batch) => hires(target, Math.round(target / scale / 8) * 8, batch)),
      ),
    );
    const observed = settings.map((one) => observe(SD15_LIKE, { settings: one, capMiB: null }));
    const learnt = fit(observed, TRAITS);
    if (!learnt.ok) throw new Error(learnt.reason);
    const runs = observed.map(({ settings: one, activePeakMiB, reservedPeakMiB }) =>
      here(
        exampleRun({
          settings: one,
          torch: { activePeakMiB: activePeakMiB ?? 0, reservedPeakMiB: reservedPeakMiB ?? 0, allocRetries: 0, ooms: 0 },
        }),
      ),
    );
    const { points, lines, sizesPx } = curves(OPERATION, learnt.value, runs, { roomMiB: 24_000 });

    test('have as points the runs from the size that the lines are of: others have another cache from their first pass', () => {
      expect(points).toHaveLength(4 * 2);
    });

    test('go through those', () => {
      for (const { sizePx, batchSize, peakMiB } of points) {
        const line = lines.find((one) => one.batchSize === batchSize);
        expect(Math.abs((line?.peak.valueMiB[sizesPx.indexOf(sizePx)] ?? NaN) - peakMiB)).toBeLessThan(64);
      }
    });
  });

  test('are of the WebUI alone, however much others use: points as they were measured', () => {
    const run = exampleRun({
      settings: settingsOf('txt2img', 512, 512, 1),
      torch: null,
      ownPeakMiB: 1_240,
      devicePeakMiB: 24_000,
      baseline: { deviceUsedMiB: 22_500, otherMiB: 21_500, torch: null },
    });
    const { points, roomMiB } = curves('txt2img', null, [here(run)], { roomMiB: 42_000 });
    expect(points).toEqual([{ sizePx: 512, batchSize: 1, peakMiB: 1_240, ok: true, imported: false }]);
    expect(roomMiB).toBe(42_000);
  });
});
