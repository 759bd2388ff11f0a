/**
 * What the real PyTorch allocated, benchmarked as the sidecar benchmarks a card; `npm run bench:accuracy` takes all
 * tables.
 */
import { describe, expect, test } from '@jest/globals';
import { recordedNames, recordedTable } from '../../../benchmarks/accuracy/recorded.ts';
import { runAccuracy, type AccuracyResult } from '../../../benchmarks/accuracy/run.ts';
import { kindOf } from '../../../service/operations/registry.ts';
import { OPERATIONS } from '../../../service/protocol/settings.ts';

function benchmark(name: string, budget: number): AccuracyResult {
  const { rows, staticMiB, host } = recordedTable(name);
  return runAccuracy(rows, { table: name, staticMiB, host, budget, seed: 1, noiseMiB: 0 }).result;
}

describe('recorded tables', () => {
  test.each(recordedNames())('%s has rows of all operations that run, each with its phases', (name) => {
    const { rows, host } = recordedTable(name);
    const [family, conditioning] = name.split('-');
    const isInpainting = conditioning === 'inpainting';
    const running = OPERATIONS.filter((one) => kindOf(one).runsWith.includes(isInpainting ? conditioning : 'prompt'));
    expect(new Set(rows.map(({ settings }) => settings.operation))).toEqual(new Set(running));
    expect(host.key['family']).toBe(isInpainting ? `${family} hybrid` : family);
    for (const { settings, phases, activeMiB, reservedMiB } of rows) {
      const told = phases?.map(({ phase }) => phase) ?? [];
      expect(told).toEqual(expect.arrayContaining(['sampling', 'decode']));
      expect(told.includes('hires_sampling')).toBe(settings.hires !== null);
      expect(told.includes('encode')).toBe(isInpainting || settings.operation === 'img2img');
      // The prompt may take more than a small picture, in no phase of its own.
      expect(Math.max(...(phases ?? []).map((phase) => phase.activePeakMiB))).toBeLessThanOrEqual(activeMiB + 0.2);
      expect(activeMiB).toBeLessThanOrEqual(reservedMiB);
    }
  });

  // One need of Doggettx is missed: img2img of three pictures, whose encoding slices later than it is thought to.
  test.each([
    { name: 'sd1-sdp', needs: 60, coverage: 1, tight: 0.02 },
    // Some settings of Doggettx's fail on a card and run on a smaller one: that is said, and it counts as tight.
    { name: 'sd1-doggettx', needs: 10, coverage: 0.9, tight: 0.08 },
    { name: 'sd1-invokeai', needs: 10, coverage: 1, tight: 0.06 },
    { name: 'sdxl-sdp', needs: 10, coverage: 1, tight: 0.02 },
    { name: 'sdxl-doggettx', needs: 10, coverage: 1, tight: 0.08 },
    { name: 'sdxl-sdp-no-half-vae', needs: 10, coverage: 1, tight: 0.02 },
    { name: 'sd1-inpainting-doggettx', needs: 20, coverage: 1, tight: 0.09 },
    // One need is missed, where the driver's choice of addresses decides.
    { name: 'sd1-inpainting-sdp', needs: 20, coverage: 0.95, tight: 0.02 },
    { name: 'sdxl-inpainting-sdp', needs: 20, coverage: 1, tight: 0.04 },
  ])(
    '$name: at most 10 of 24 runs tell what is required within 0.5 %, and upper bounds hold and lie 2 % above',
    (expected) => {
      const { all, verdict, noFigure, runsUsed } = benchmark(expected.name, 24);
      expect(noFigure).toBeNull();
      expect(runsUsed).toBeLessThanOrEqual(10);
      expect(all.needs).toBeGreaterThanOrEqual(expected.needs);
      expect(all.required.mean).toBeLessThan(0.005);
      expect(all.required.p95).toBeLessThan(0.015);
      expect(all.coverage95).toBeGreaterThanOrEqual(expected.coverage);
      expect(all.upperOverheadMean).toBeLessThan(0.02);
      expect(all.peak.p95).toBeLessThan(0.01);
      expect(verdict.ours).toMatchObject({ falseOom: 0, missedOom: 0 });
      expect(verdict.ours.tight).toBeLessThan(expected.tight);
    },
  );

  // Of laws that the likeliest candidate has, and of one that it has not.
  test.each([
    { budget: 0, names: ['sd1-sdp', 'sd1-sdp-none', 'sdxl-sdp'], p95: 0.06, coverage: 0.99 },
    { budget: 2, names: ['sd1-sdp', 'sd1-sdp-none', 'sdxl-sdp'], p95: 0.03, coverage: 0.97 },
  ])('$budget runs do for what is required where the networks are named', ({ budget, names, p95, coverage }) => {
    for (const name of names) {
      const { all, verdict, noFigure, runsUsed } = benchmark(name, budget);
      expect([noFigure, runsUsed]).toEqual([null, budget]);
      expect(all.required.p95).toBeLessThan(p95);
      expect(all.coverage95).toBeGreaterThanOrEqual(coverage);
      expect(verdict.ours.missedOom).toBe(0);
    }
  });

  test.each([
    [0, 'unknown-family'],
    [1, 'too-few-runs'],
  ] as const)('%i runs of networks that are not named give no figure, and say why: %s', (budget, reason) => {
    const { rows, staticMiB, host } = recordedTable('sd1-sdp');
    const unnamed = { ...host, key: { ...host.key, family: 'unknown' } };
    const options = { table: 'sd1-sdp', staticMiB, host: unnamed, budget, seed: 1, noiseMiB: 0 };
    const { all, verdict, noFigure, runsUsed } = runAccuracy(rows, options).result;
    expect(runsUsed).toBe(budget);
    expect(noFigure).toBe(reason);
    expect([all.required.mean, all.coverage95, verdict.ours.tight]).toEqual([null, null, null]);
    expect(all.n).toBeGreaterThan(60);
  });
});
