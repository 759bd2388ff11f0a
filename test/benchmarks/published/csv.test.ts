import { describe, expect, test } from '@jest/globals';
import { parseCsv } from '../../../benchmarks/published/csv.ts';

describe('a table of comma-separated values', () => {
  test('each row has its cells by their columns, and its number from 1', () => {
    expect(parseCsv('a,b\n1, 2 \n3,4\n', ['a', 'b'])).toEqual([
      { number: 1, cells: { a: '1', b: '2' } },
      { number: 2, cells: { a: '3', b: '4' } },
    ]);
  });

  test('a quoted cell may have commas, doubled quotes and ends of lines', () => {
    expect(parseCsv('a,b\r\n"1, ""one""\nand more",2\r\n', ['a'])).toEqual([
      { number: 1, cells: { a: '1, "one"\nand more', b: '2' } },
    ]);
  });

  test('cells that lack at the end of a line are empty, and columns that nobody asked for are let through', () => {
    expect(parseCsv('a,b,c\n1,', ['a'])).toEqual([{ number: 1, cells: { a: '1', b: '', c: '' } }]);
  });

  test('a column that is missing, or rows that are, are told', () => {
    expect(() => parseCsv('a\n1', ['a', 'b', 'c'])).toThrow('the table lacks the columns b, c');
    expect(() => parseCsv('', ['a'])).toThrow('the table lacks the column a');
    expect(() => parseCsv('a\n\n', ['a'])).toThrow('the table has no rows');
  });

  test('a row with more cells than columns is told, and so is a quotation without an end', () => {
    expect(() => parseCsv('a\n1,2', ['a'])).toThrow('row 1 has 2 cells, and there are 1 columns');
    expect(() => parseCsv('a\n1\n"2', ['a'])).toThrow('row 2: a quoted cell has no end');
  });
});
