import { describe, expect, test } from '@jest/globals';
import { fit } from '../../../service/model/fit.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { curvesOf } from '../../../service/server/curves.ts';
import { SD15_LIKE, TRAITS, observe, settingsOf } from '../model/synthetic-host.ts';
import type { Run } from '../../../service/recorder/run.ts';
import { exampleRun } from '../recorder/examples.ts';

const NONE: ReadonlySet<string> = new Set();
const here = (run: Run) => ({ run, imported: false });

function sizesOf(...measuredPx: number[]): number[] {
  const runs = measuredPx.map((px) => ({
    run: exampleRun({ settings: { operation: 'txt2img', width: px, height: px, batchSize: 1, hires: null } }),
    imported: false,
  }));
  return curvesOf('txt2img', null, runs, NONE, 8192).sizesPx;
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
    const { points } = curvesOf('txt2img', null, runs, new Set(['made-up']), 8192);
    expect(points.map(({ imported }) => imported)).toEqual([false, true]);
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
    const { lines } = curvesOf('img2img', learnt.value, [], NONE, 8192);
    expect(lines.map(({ batchSize }) => batchSize)).toEqual([1, 2, 4, 6]);
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
    const { lines } = curvesOf('txt2img', fitted.value, runs, NONE, ROOM_MIB);
    const both = lines.flatMap(({ requiredMiB, peakMiB }) =>
      requiredMiB.map((required, n) => ({ required: required ?? 0, peak: peakMiB[n] ?? null })),
    );

    test('peaks go along it: PyTorch gives back its cache (VIEW-5)', () => {
      expect(both.filter(({ peak }) => peak === ROOM_MIB).length).toBeGreaterThan(0);
      expect(both.every(({ peak }) => peak === null || peak <= ROOM_MIB)).toBe(true);
    });

    test('a peak ends where required passes it, and required goes on', () => {
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
    const { points, lines, sizesPx } = curvesOf(OPERATION, learnt.value, runs, NONE, 24_000);

    test('know which runs are from the size that the lines are of: others have another cache from their first pass', () => {
      expect(points.filter(({ onLine }) => onLine)).toHaveLength(4 * 2);
      expect(points.filter(({ onLine }) => !onLine)).toHaveLength(4 * 4);
    });

    test('go through those', () => {
      for (const { sizePx, batchSize, peakMiB } of points.filter(({ onLine }) => onLine)) {
        const line = lines.find((one) => one.batchSize === batchSize);
        expect(Math.abs((line?.peakMiB[sizesPx.indexOf(sizePx)] ?? NaN) - peakMiB)).toBeLessThan(64);
      }
    });

    test('are of one size alone without hires fix', () => {
      expect(curvesOf('txt2img', null, [here(exampleRun({}))], NONE, 8192).points.every(({ onLine }) => onLine)).toBe(
        true,
      );
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
    const { points, roomMiB } = curvesOf('txt2img', null, [here(run)], NONE, 42_000);
    expect(points).toEqual([{ sizePx: 512, batchSize: 1, peakMiB: 1_240, ok: true, imported: false, onLine: true }]);
    expect(roomMiB).toBe(42_000);
  });
});
