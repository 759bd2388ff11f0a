import { describe, expect, test } from '@jest/globals';
import type { Curves } from '../../../frontend-js/tab/curve-lines.ts';
import { heatOf } from '../../../frontend-js/tab/heat.ts';

const figures = (valueMiB: (number | null)[]) => ({ valueMiB, lowMiB: valueMiB, highMiB: valueMiB });
const curves = (roomMiB: number | null, ...required: (number | null)[][]): Curves => ({
  type: 'curves',
  requestId: 1,
  operation: 'txt2img',
  finding: null,
  sizesPx: (required[0] ?? []).map((_, index) => 256 * (index + 1)),
  lines: required.map((mib, index) => ({ batchSize: 2 ** index, required: figures(mib), peak: figures(mib) })),
  points: [],
  roomMiB,
  present: null,
});

describe('what is required by size and batch size', () => {
  test('is shares of what the WebUI can have; beyond the edge, where lines have ended too, it is over', () => {
    const heat = heatOf(curves(8000, [2000, 4000, 9000, null], [4000, 9000, null, null]));
    expect(heat?.rows.map(({ cells }) => cells.map(({ share, isOver }) => (isOver ? 'over' : share)))).toEqual([
      [0.25, 0.5, 'over', 'over'],
      [0.5, 'over', 'over', 'over'],
    ]);
  });

  test('has the edge between what fits and what does not: left of it, or above it', () => {
    const heat = heatOf(curves(8000, [2000, 4000, 9000], [4000, 9000, null]));
    expect(heat?.rows.map(({ cells }) => cells.map(({ edges }) => edges.join(' ')))).toEqual([
      ['', '', 'left'],
      ['', 'left top', ''],
    ]);
  });

  test('has no edge where nobody knows what the WebUI can have', () => {
    const heat = heatOf(curves(null, [2000, 40_000]));
    expect(heat?.rows[0]?.cells).toEqual([
      { requiredMiB: 2000, share: null, isOver: false, edges: [] },
      { requiredMiB: 40_000, share: null, isOver: false, edges: [] },
    ]);
    expect(heatOf(curves(8000))).toBeNull();
  });

  test('is a table of twelve sizes at the most, the largest among them', () => {
    const heat = heatOf(
      curves(
        8000,
        Array.from({ length: 30 }, (_, index) => index * 100),
      ),
    );
    expect(heat?.sizesPx.length).toBeLessThanOrEqual(12);
    expect(heat?.sizesPx.at(-1)).toBe(256 * 30);
  });
});
