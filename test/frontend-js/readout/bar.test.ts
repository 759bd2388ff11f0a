import { describe, expect, test } from '@jest/globals';
import { barOf } from '../../../frontend-js/readout/bar.ts';
import type { EstimateResult } from '../../../service/protocol/estimate.ts';

function result(requiredMiB: number, peakMiB: number): EstimateResult {
  return {
    status: 'estimated',
    verdict: 'fits',
    required: { valueMiB: requiredMiB, lowMiB: requiredMiB, highMiB: requiredMiB },
    peak: { valueMiB: peakMiB, lowMiB: peakMiB, highMiB: peakMiB },
    marginMiB: 0,
    limitingPhase: 'decode',
    basis: 'inside',
    totalMiB: 8000,
    usableMiB: 8000,
    webuiMiB: 2000,
    othersMiB: 1000,
    largest: null,
    drift: null,
    notes: [],
  };
}

describe('the bar', () => {
  test('is as wide as the card', () => {
    expect(barOf(result(4000, 6000))).toMatchObject({
      others: 0.125,
      webui: 0.375,
      required: { at: 0.5 },
      peak: { at: 0.75 },
      total: 1,
    });
  });

  test('shrinks the card where the estimate goes past it', () => {
    expect(barOf(result(8000, 10_000))).toMatchObject({ total: 0.8, required: { at: 0.8 }, peak: { at: 1 } });
  });

  test('keeps the card at two thirds for an absurd estimate', () => {
    const bar = barOf(result(8000, 9_000_000));
    expect(bar?.total).toBeCloseTo(2 / 3);
    expect(bar?.peak?.at).toBe(1);
  });

  test('does not exist without a total', () => {
    expect(
      barOf({ status: 'measuring', why: { code: 'benchmark-runs' }, totalMiB: null, webuiMiB: 5, othersMiB: null }),
    ).toBeNull();
  });
});
