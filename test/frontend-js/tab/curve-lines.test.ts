import { describe, expect, test } from '@jest/globals';
import { curveLines, spread } from '../../../frontend-js/tab/curve-lines.ts';

const figuresOf = (valueMiB: (number | null)[]) => ({ valueMiB, lowMiB: valueMiB, highMiB: valueMiB });
const line = (batchSize: number, ...peakMiB: (number | null)[]) => ({
  batchSize,
  peak: figuresOf(peakMiB),
  required: figuresOf(peakMiB.map(() => 1000)),
});

describe('lines of a figure', () => {
  test('are one for each batch size that differs to the eye', () => {
    const lines = curveLines([line(1, 2000, 3000), line(2, 2000, 4000)], 'peak', 8000);
    expect(lines.map(({ batchSizes }) => batchSizes)).toEqual([[1], [2]]);
  });

  test('are one for batch sizes that lie on top of each other, with both in its name', () => {
    const lines = curveLines([line(1, 2000, 3000), line(2, 2010, 3010)], 'peak', 8000);
    expect(lines.map(({ batchSizes }) => batchSizes)).toEqual([[1, 2]]);
    const required = curveLines([line(1, 2000), line(4, 5000)], 'required', 8000);
    expect(required.map(({ batchSizes }) => batchSizes)).toEqual([[1, 4]]);
  });

  test('are not alike where one ends earlier', () => {
    expect(curveLines([line(1, 2000, 3000), line(2, 2000, null)], 'peak', 8000)).toHaveLength(2);
  });
});

describe('names', () => {
  test('stay where they are while there is room between them', () => {
    expect(spread([10, 50, 30], 14, 200)).toEqual([10, 50, 30]);
  });

  test('move apart, in the order of their lines', () => {
    expect(spread([50, 48, 49], 14, 200)).toEqual([76, 48, 62]);
  });

  test('move up where the plot ends', () => {
    expect(spread([195, 198], 14, 200)).toEqual([186, 200]);
  });
});
