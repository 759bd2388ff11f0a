/** What the real PyTorch allocated, benchmarked as the sidecar benchmarks a card. `npm run bench:accuracy` takes all tables. */
import { describe, expect, test } from '@jest/globals';
import { recordedNames, recordedTable } from '../../../benchmarks/accuracy/recorded.ts';
import { runAccuracy, type AccuracyResult } from '../../../benchmarks/accuracy/run.ts';

function benchmark(name: string, budget: number): AccuracyResult {
  const { rows, staticMiB, host } = recordedTable(name);
  return runAccuracy(rows, { table: name, staticMiB, host, budget, seed: 1, noiseMiB: 0 }).result;
}

describe('recorded tables', () => {
  test.each(recordedNames())('%s has rows of all four operations, each with its phases', (name) => {
    const { rows, host } = recordedTable(name);
    expect(new Set(rows.map(({ settings }) => settings.operation)).size).toBe(4);
    expect(host.key['family']).toBe(name.split('-')[0]);
    for (const { settings, phases, activeMiB, reservedMiB } of rows) {
      const told = phases?.map(({ phase }) => phase) ?? [];
      expect(told).toEqual(expect.arrayContaining(['sampling', 'decode']));
      expect(told.includes('hires_sampling')).toBe(settings.hires !== null);
      // The prompt may take more than a small picture, in no phase of its own.
      expect(Math.max(...(phases ?? []).map((phase) => phase.activePeakMiB))).toBeLessThanOrEqual(activeMiB + 0.2);
      expect(activeMiB).toBeLessThanOrEqual(reservedMiB);
    }
  });

  test('SD 1.5 with sdp: 24 runs tell what is required within 0.5 %, every upper bound holds and lies 2 % above', () => {
    const { all, verdict, noFigure, runsUsed } = benchmark('sd1-sdp', 24);
    expect(noFigure).toBeNull();
    expect(runsUsed).toBe(24);
    expect(all.needs).toBeGreaterThan(40);
    expect(all.required.mean).toBeLessThan(0.005);
    expect(all.required.p95).toBeLessThan(0.01);
    expect(all.coverage95).toBe(1);
    expect(all.upperOverheadMean).toBeLessThan(0.02);
    expect(all.peak.p95).toBeLessThan(0.01);
    expect(verdict.ours).toEqual({ falseOom: 0, missedOom: 0, tight: expect.any(Number) });
    expect(verdict.ours.tight).toBeLessThan(0.04);
  });

  test.each([
    [0, 'no-runs'],
    [1, 'too-few-runs'],
  ] as const)('%i runs of a host that is known give no figure, and say why: %s', (budget, reason) => {
    const { all, verdict, noFigure, runsUsed } = benchmark('sd1-sdp', budget);
    expect(runsUsed).toBe(budget);
    expect(noFigure).toBe(reason);
    expect([all.required.mean, all.coverage95, verdict.ours.tight]).toEqual([null, null, null]);
    expect(all.n).toBeGreaterThan(60);
  });
});
