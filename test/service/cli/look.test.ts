import { describe, expect, test } from '@jest/globals';
import { inColumns, inTable } from '../../../service/cli/columns.ts';
import { lookOf, PLAIN } from '../../../service/cli/look.ts';
import { cutTo, padTo, textWidth, wrapped } from '../../../service/cli/text-width.ts';

describe('what is printed', () => {
  test('has colour where a terminal is and NO_COLOR is not', () => {
    const terminal = { isTTY: true, columns: 100 };
    expect(lookOf(terminal, {})).toEqual({ columns: 100, colour: true });
    expect(lookOf(terminal, { NO_COLOR: '1' })).toEqual({ columns: 100, colour: false });
    expect(lookOf(terminal, { NO_COLOR: '' })).toEqual({ columns: 100, colour: true });
    expect(lookOf(terminal, { TERM: 'dumb' })).toEqual({ columns: 100, colour: false });
    expect(lookOf({ columns: 100 }, {})).toEqual(PLAIN);
  });

  test.each([
    ['abc', 3],
    ['日本語', 6],
    ['e\u0301', 1],
    ['한글 ab', 7],
    ['🎨', 2],
    ['', 0],
  ])('%j takes %d columns of a terminal', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  test('is padded and cut by columns, not by characters', () => {
    expect(padTo('日本', 6)).toBe('日本  ');
    expect(cutTo('日本語', 5)).toBe('日本');
  });

  test('is wrapped between words; a word that is too long stays whole', () => {
    expect(wrapped('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapped('a /very/long/path b', 6)).toEqual(['a', '/very/long/path', 'b']);
  });

  test('lines up in tables, with wide characters too', () => {
    expect(
      inTable([
        ['name', 'size'],
        ['モデル', '1 GiB'],
        ['a', '20 GiB'],
      ]),
    ).toEqual(['name    size', 'モデル  1 GiB', 'a       20 GiB']);
  });

  test('leaves out the columns of a table that a terminal has no room for, and names them', () => {
    const rows = [
      ['flag', 'here', '4 GB', '8 GB'],
      ['sdp', 'fits', 'tight', 'fits'],
    ];
    const within = (columns: number) => inTable(rows, { columns, colour: false });
    expect(within(23)).toEqual(inTable(rows));
    expect(within(17)).toEqual(['flag  here  4 GB', 'sdp   fits  tight', ...within(17).slice(2)]);
    expect(within(17).slice(2).join(' ')).toContain('8 GB');
    expect(within(2)[1]).toBe('sdp');
  });

  test('goes on below where it began, in a terminal', () => {
    const look = { columns: 40, colour: false };
    expect(inColumns([['Verdict', 'fits with a lot of words behind it, more than a line']], 10, look)).toEqual([
      'Verdict   fits with a lot of words',
      '          behind it, more than a line',
    ]);
  });

  test('brings no sequence of a name to the terminal', () => {
    expect(inTable([['a\u001b[2J\nb']])).toEqual(['a?[2J b']);
  });
});
