import { describe, expect, test } from '@jest/globals';
import { mergedTable, rowsOf } from '../hard/table.ts';

const row = (id: string, figure: string) => rowsOf(id, [{ what: 'w', n: 1, passed: true, figure }]);

describe('the table of figures', () => {
  test('tells apart what held, what failed and what was not run', () => {
    const rows = rowsOf(
      'R1',
      [true, false, null].map((passed) => ({ what: 'w', n: 5, passed, figure: 'f' })),
    );
    expect(rows).toEqual(['| R1 | w | 5 | held | f |', '| R1 | w | 5 | FAILED | f |', '| R1 | w | 5 | not run | f |']);
  });

  test('does not call held what was never tried', () => {
    const rows = rowsOf(
      'R4',
      [true, false].map((passed) => ({ what: 'w', n: 0, passed, figure: 'f' })),
    );
    expect(rows).toEqual(['| R4 | w | 0 | not run | f |', '| R4 | w | 0 | FAILED | f |']);
  });

  test('keeps a row one row, whatever a figure says', () => {
    expect(row('R1', 'a | b\nc')).toEqual(['| R1 | w | 1 | held | a \\| b c |']);
  });

  test('replaces the rows of the lines that were run, keeps those of others, and stays in order', () => {
    const before = `## Title\n\n${mergedTable(
      '',
      new Map([
        ['R2', row('R2', 'old')],
        ['R10', row('R10', 'kept')],
        ['S1', row('S1', 'kept')],
      ]),
    )}`;
    const after = mergedTable(before, new Map([['R2', row('R2', 'new')]]));
    expect(after.split('\n').slice(2)).toEqual([...row('R2', 'new'), ...row('R10', 'kept'), ...row('S1', 'kept')]);
  });
});
