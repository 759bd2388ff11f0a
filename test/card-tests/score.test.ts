import { describe, expect, test } from '@jest/globals';
import type { EstimateResult } from '../../service/protocol/estimate.ts';
import type { BenchmarkFigures } from '../card/benchmark.ts';
import { resultOf, resultTable } from '../card/report.ts';
import type { Beside } from '../card/report.ts';
import { estimated as estimatedOf } from './estimated.ts';
import { scoresOf } from '../card/score.ts';
import type { Case } from '../card/score.ts';

const SETTINGS = { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null } as const;
const BENCHMARK: BenchmarkFigures = {
  runs: 24,
  seconds: 90,
  outcome: 'figures',
  message: 'finished',
  generationSeconds: 20,
  outOfMemory: 3,
};

const HALF_WIDTH = 0.02;
const estimated = (
  verdict: 'fits' | 'tight' | 'will-not-fit',
  requiredMiB: number,
  peakMiB: number,
): EstimateResult => {
  const interval = (valueMiB: number) => ({
    valueMiB,
    lowMiB: valueMiB * (1 - HALF_WIDTH),
    highMiB: valueMiB * (1 + HALF_WIDTH),
  });
  return estimatedOf(verdict, interval(requiredMiB), interval(peakMiB));
};
const SILENT: EstimateResult = {
  status: 'adapts',
  why: { code: 'benchmark-runs' },
  totalMiB: null,
  webuiMiB: null,
  othersMiB: null,
};

const near = (estimate: EstimateResult, outcome: Case['outcome'], needMiB: number | null = 8000): Case => ({
  ...{ set: 'near-edge', settings: SETTINGS, estimate, outcome, needMiB },
  peakMiB: outcome === 'ok' ? 8100 : null,
});

describe('scores', () => {
  test('errors are shares of the truth, and a truth outside its interval is counted', () => {
    const cases = [near(estimated('fits', 8080, 8100), 'ok'), near(estimated('fits', 7200, 8100), 'ok')];
    const { required, peak } = scoresOf(cases);
    expect(required.mean).toBeCloseTo((0.01 + 0.1) / 2);
    expect(required.max).toBeCloseTo(0.1);
    expect([required.n, required.inside, required.halfWidth]).toEqual([2, 0.5, expect.closeTo(HALF_WIDTH)]);
    expect([peak.mean, peak.inside]).toEqual([0, 1]);
  });

  test('what did not run has no peak, and a need far beyond the card is no truth', () => {
    const { required, peak } = scoresOf([near(estimated('will-not-fit', 12_000, 8192), 'oom', null)]);
    expect([required.n, peak.n, peak.mean]).toEqual([0, 0, null]);
  });

  test('verdicts are held against what ran', () => {
    const { verdicts } = scoresOf([
      near(estimated('fits', 8000, 8100), 'oom'),
      near(estimated('fits', 8000, 8100), 'ok'),
      near(estimated('will-not-fit', 8000, 8100), 'ok'),
      near(estimated('tight', 8000, 8100), 'oom'),
      near(estimated('tight', 8000, 8100), 'ok'),
      near(SILENT, 'ok'),
    ]);
    expect(verdicts).toEqual({ fitsButFailed: 1, failsButRan: 1, tight: 2, n: 5, unanswered: 1 });
  });
});

const NOTHING: Beside = { page: null, beforeAny: scoresOf([]), sidecarMiB: null, notices: [], laddersWithoutEdge: 0 };

describe('the result', () => {
  const good = [
    near(estimated('fits', 8010, 8110), 'ok'),
    { ...near(estimated('fits', 8010, 8110), 'ok'), set: 'random' as const },
  ];

  test('passes where every goal holds', () => {
    expect(resultOf(BENCHMARK, good, NOTHING).goals.filter(({ holds }) => !holds)).toEqual([]);
  });

  test.each([
    ['a benchmark without figures', { ...BENCHMARK, outcome: 'adapts' }, good],
    ['a benchmark of too many runs', { ...BENCHMARK, runs: 25 }, good],
    ['one "fits" that failed', BENCHMARK, [...good, near(estimated('fits', 8010, 8110), 'oom')]],
    ['a setting without an estimate', BENCHMARK, [...good, near(SILENT, 'ok')]],
    ['nothing measured', BENCHMARK, []],
    ['verdicts of none near the edge', BENCHMARK, good.filter(({ set }) => set === 'random')],
  ])('does not pass with %s', (_what, benchmark, cases) => {
    expect(resultOf(benchmark, cases, NOTHING).goals.some(({ holds }) => !holds)).toBe(true);
  });

  test('verdicts are of the settings near the edge alone', () => {
    const cases = [
      near(estimated('fits', 8010, 8110), 'ok'),
      { ...near(estimated('fits', 8010, 8110), 'oom'), set: 'random' as const },
    ];
    expect(resultOf(BENCHMARK, cases, NOTHING).verdicts).toMatchObject({ fitsButFailed: 0, n: 1 });
  });

  test('is a table with a line for each setting and each goal', () => {
    const beside: Beside = {
      page: { webuiMs: 4210, readoutMs: 4310, figureMs: 4350, verdict: 'fits' },
      beforeAny: scoresOf([near(estimated('tight', 8000, 8100), 'oom')]),
      sidecarMiB: 83.4,
      notices: ['warning: small'],
      laddersWithoutEdge: 2,
    };
    const text = resultTable(resultOf(BENCHMARK, [...good, near(SILENT, 'oom')], beside));
    expect(text).toContain('the WebUI stands after 4.2 s, the readout after 4.3 s, its figure (fits) after 4.3 s');
    expect(text).toContain('the sidecar holds 83 MiB of RAM');
    expect(text).toContain('notice: warning: small');
    expect(text).toContain('before any picture, 1 settings: the need inside');
    expect(text).toMatch(/near-edge +txt2img 512x512 +adapts +oom/);
    expect(text).toMatch(/ok +required, mean error +0\.1 % +at most 1\.0 %/);
    expect(text).toMatch(/MISSED +settings without an estimate +1 +at most 0/);
    expect(text).toContain('2 ladders of sizes have none near the edge');
  });
});
