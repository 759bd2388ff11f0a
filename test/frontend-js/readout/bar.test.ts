import { describe, expect, test } from '@jest/globals';
import { barOf, EDGE } from '../../../frontend-js/readout/bar.ts';
import type { EstimateResult } from '../../../service/protocol/estimate.ts';

const CARD_MIB = 8000;

function result(requiredMiB: number, peakMiB: number): Extract<EstimateResult, { status: 'estimated' }> {
  return {
    status: 'estimated',
    verdict: 'fits',
    required: { valueMiB: requiredMiB, lowMiB: requiredMiB, highMiB: requiredMiB },
    peak: { valueMiB: peakMiB, lowMiB: peakMiB, highMiB: peakMiB },
    marginMiB: 0,
    limitingPhase: 'decode',
    basis: 'inside',
    totalMiB: CARD_MIB + 192,
    usableMiB: CARD_MIB,
    webuiMiB: 3000,
    othersMiB: 1000,
    weightsMiB: 2000,
    largest: null,
    drift: null,
    notes: [],
  };
}

const requiredAt = (requiredMiB: number) => barOf(result(requiredMiB, CARD_MIB))?.required?.at ?? 0;

describe('the bar', () => {
  test("shows others, the WebUI's weights and this picture from the left, and the peak", () => {
    expect(barOf(result(4000, 6000))).toMatchObject({
      others: EDGE / 8,
      webui: (3 / 8) * EDGE,
      required: { at: EDGE / 2 },
      peak: { at: (6 / 8) * EDGE },
      edgeMiB: CARD_MIB,
    });
  });

  test('keeps the card as it is whatever is estimated, and shows what is over its edge as over it', () => {
    expect(requiredAt(CARD_MIB)).toBeCloseTo(EDGE);
    expect(requiredAt(CARD_MIB + 1)).toBeGreaterThan(EDGE);
    expect(requiredAt(9_000_000)).toBeLessThan(1);
    for (const requiredMiB of [4000, 12_000, 43_000]) expect(barOf(result(requiredMiB, 1))?.others).toBe(EDGE / 8);
  });

  test('tells what is far over from what is a little over: 12.7 GiB do not look like 42.7', () => {
    const [some, much] = [requiredAt(12.7 * 1024), requiredAt(42.7 * 1024)];
    expect(much - some).toBeGreaterThan(0.08);
  });

  test('has no peak where what is required is more: it would fail before', () => {
    expect(barOf({ ...result(9000, 9500), verdict: 'will-not-fit' })?.peak).toBeNull();
  });

  test('shows what is in use where there is no estimate', () => {
    const inUse = { totalMiB: 8000, webuiMiB: 3000, othersMiB: 1000 };
    expect(barOf({ status: 'measuring', why: { code: 'benchmark-runs' }, ...inUse })).toEqual({
      others: EDGE / 8,
      webui: EDGE / 2,
      required: null,
      peak: null,
      edgeMiB: 8000,
    });
  });

  test('does not exist without a total', () => {
    expect(
      barOf({ status: 'measuring', why: { code: 'benchmark-runs' }, totalMiB: null, webuiMiB: 5, othersMiB: null }),
    ).toBeNull();
  });
});
