import { describe, expect, test } from '@jest/globals';
import { fit } from '../../../service/model/fit.ts';
import { curvesOf } from '../../../service/server/curves.ts';
import { SD15_LIKE, TRAITS, observe, settingsOf } from '../model/synthetic-host.ts';
import { exampleRun } from '../recorder/examples.ts';

const NONE: ReadonlySet<string> = new Set();

function sizesOf(...measuredPx: number[]): number[] {
  const runs = measuredPx.map((px) => ({ run: exampleRun({ settings: { operation: 'txt2img', width: px, height: px, batchSize: 1, hires: null } }), imported: false }));
  return curvesOf('txt2img', null, runs, NONE, { otherMiB: 0, usableMiB: 8192 }).sizesPx;
}

describe('curves', () => {
  test('begin at 256 px, or at the smallest size that was run', () => {
    expect(sizesOf(512, 1024)[0]).toBe(256);
    expect(sizesOf(192, 256)[0]).toBe(192);
  });

  test('tell apart what was imported, and leave out what contradicts what was measured here', () => {
    const runs = ['mine', 'theirs', 'made-up'].map((runId) => ({ run: exampleRun({ runId }), imported: runId !== 'mine' }));
    const { points } = curvesOf('txt2img', null, runs, new Set(['made-up']), { otherMiB: 0, usableMiB: 8192 });
    expect(points.map(({ imported }) => imported)).toEqual([false, true]);
  });

  test('go on some way beyond the largest size that was run', () => {
    expect(sizesOf(512, 1024).at(-1)).toBe(1280);
  });

  test('have a line for the largest batch that was run, whatever the operation: networks are shared', () => {
    const learnt = fit([256, 512, 768].flatMap((px) => [1, 6].map((batch) => observe(SD15_LIKE, { settings: settingsOf('txt2img', px, px, batch), capMiB: null }))), TRAITS);
    if (!learnt.ok) throw new Error(learnt.reason);
    const { lines } = curvesOf('img2img', learnt.fit, [], NONE, { otherMiB: 0, usableMiB: 8192 });
    expect(lines.map(({ batchSize }) => batchSize)).toEqual([1, 2, 4, 6]);
  });

  describe('where they meet the edge of what programs can have', () => {
    const USABLE_MIB = 7_000;
    const OTHER_MIB = 720;
    const fitted = fit([256, 512, 768, 1024].flatMap((px) => [1, 2, 4].map((batch) => observe(SD15_LIKE, { settings: settingsOf('txt2img', px, px, batch), capMiB: null }))), TRAITS);
    if (!fitted.ok) throw new Error(fitted.reason);
    const runs = [1024, 2048].map((px) => ({ run: exampleRun({ settings: settingsOf('txt2img', px, px, 4) }), imported: false }));
    const { lines } = curvesOf('txt2img', fitted.fit, runs, NONE, { otherMiB: OTHER_MIB, usableMiB: USABLE_MIB });
    const both = lines.flatMap(({ requiredMiB, peakMiB }) => requiredMiB.map((required, n) => ({ required: required ?? 0, peak: peakMiB[n] ?? null })));

    test('peaks go along it: PyTorch gives back its cache (rule 27)', () => {
      expect(both.filter(({ peak }) => peak === USABLE_MIB).length).toBeGreaterThan(0);
      expect(both.every(({ peak }) => peak === null || peak <= USABLE_MIB)).toBe(true);
    });

    test('a peak ends where required passes it, and required goes on', () => {
      const beyond = both.filter(({ required }) => required > USABLE_MIB);
      expect(beyond.length).toBeGreaterThan(0);
      expect(beyond.every(({ peak }) => peak === null)).toBe(true);
      expect(both.every(({ required, peak }) => required > USABLE_MIB || peak !== null)).toBe(true);
    });
  });
});
