import { describe, expect, test } from '@jest/globals';
import { curveColumns } from '../../../frontend-js/tab/curve-columns.ts';

const lines = [{ batchSize: 2, requiredMiB: [10, 20], peakMiB: [15, 30] }];

function point(sizePx: number, batchSize: number, peakMiB: number, ok = true) {
  return { sizePx, batchSize, peakMiB, ok };
}

describe('columns of a plot', () => {
  test('share one ascending axis of lines and points', () => {
    const { sizesPx, columns } = curveColumns({ sizesPx: [256, 512], lines, points: [point(384, 2, 21)] });
    expect(sizesPx).toEqual([256, 384, 512]);
    expect(columns).toEqual([
      { kind: 'peak', batchSize: 2, values: [15, null, 30] },
      { kind: 'required', batchSize: 2, values: [10, null, 20] },
      { kind: 'measured', batchSize: 2, values: [null, 21, null] },
    ]);
  });

  test('lose none of two runs at the same size and batch', () => {
    const { columns } = curveColumns({ sizesPx: [512], lines: [], points: [point(512, 1, 7), point(512, 1, 9)] });
    expect(columns[0]?.values.filter((value) => value !== null)).toEqual([7, 9]);
  });

  test('hold points of a batch that has no line', () => {
    const { columns } = curveColumns({ sizesPx: [256, 512], lines, points: [point(512, 4, 50)] });
    expect(columns.at(-1)).toEqual({ kind: 'measured', batchSize: 4, values: [null, 50] });
  });

  test('keep runs that ran out of memory apart', () => {
    const { columns, failed } = curveColumns({ sizesPx: [], lines: [], points: [point(1024, 1, 8000, false)] });
    expect(columns).toEqual([]);
    expect(failed).toEqual([point(1024, 1, 8000, false)]);
  });
});
