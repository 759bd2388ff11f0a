import { describe, expect, test } from '@jest/globals';
import type { Comparison } from '../live/report.ts';
import { areMostInside, comparisonTable, isInside, offByMiB, offByShare } from '../live/report.ts';

function comparison(changes: Partial<Comparison> = {}): Comparison {
  return {
    settings: { operation: 'txt2img', width: 256, height: 256, batchSize: 1, hires: null },
    othersMiB: 0,
    readoutPeakMiB: 1000,
    requiredMiB: 900,
    peakMiB: 1000,
    peakLowMiB: 950,
    peakHighMiB: 1050,
    verdict: 'fits',
    measuredPeakMiB: 1040,
    measuredOutcome: 'ok',
    marks: [],
    ...changes,
  };
}

describe('estimate against measurement', () => {
  test('differs by its sign: too low is negative', () => {
    expect(offByMiB(comparison())).toBe(-40);
    expect(offByMiB(comparison({ measuredPeakMiB: 990 }))).toBe(10);
    expect(offByShare(comparison({ measuredPeakMiB: 1250 }))).toBeCloseTo(0.2);
  });

  test("is judged as a share of the WebUI's own: what others use makes no estimate better", () => {
    const alone = { peakMiB: 1300, measuredPeakMiB: 1000 };
    expect(offByShare(comparison(alone))).toBeCloseTo(0.3);
    expect(offByShare(comparison({ peakMiB: 7300, measuredPeakMiB: 7000, othersMiB: 6000 }))).toBeCloseTo(0.3);
    expect(offByShare(comparison({ measuredPeakMiB: 900, othersMiB: 1000 }))).toBeNull();
  });

  test('is wrong as a whole where more than two of five lie outside', () => {
    const [inside, outside] = [comparison(), comparison({ measuredPeakMiB: 2000 })];
    expect(areMostInside([inside, inside, inside, outside, outside])).toBe(true);
    expect(areMostInside([inside, inside, outside, outside, outside])).toBe(false);
    expect(areMostInside([comparison({ measuredPeakMiB: null })])).toBe(false);
  });

  test('is inside where the measurement lies between the bounds, these included', () => {
    expect([1050, 1051, 949].map((measuredPeakMiB) => isInside(comparison({ measuredPeakMiB })))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('says nothing where nothing was measured', () => {
    const nothing = comparison({ measuredPeakMiB: null });
    expect([offByMiB(nothing), offByShare(nothing), isInside(nothing)]).toEqual([null, null, null]);
    expect(comparisonTable([nothing])).not.toMatch(/NaN|null/);
  });

  test('is a table whose columns line up', () => {
    const hires = { width: 384, height: 384, uncroppedWidth: 384, uncroppedHeight: 384, upscaler: 'Latent' };
    const second = comparison({
      settings: { operation: 'hires_latent', width: 256, height: 256, batchSize: 2, hires },
      marks: ['extras'],
    });
    const table = comparisonTable([comparison(), second]);
    expect(new Set(table.split('\n').map((line) => line.search(/measured|1040/))).size).toBe(1);
    expect(table).toContain('384x384 Latent');
  });
});
