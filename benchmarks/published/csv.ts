/** A table of comma-separated values: cells may be quoted, as RFC 4180 has them. */

/** One line by its columns, with its number among the rows, from 1. */
export interface CsvRow {
  readonly number: number;
  readonly cells: Readonly<Record<string, string>>;
}

/**
 * @throws where it is no table with these columns: a benchmark on half a table would mislead.
 * @param columns that must be there; others are let through.
 */
export function parseCsv(text: string, columns: readonly string[]): CsvRow[] {
  const [header = [], ...lines] = cellsOf(text.replace(/^\uFEFF/, '')).filter((cells) =>
    cells.some((cell) => cell !== ''),
  );
  const names = header.map((name) => name.trim());
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0)
    throw new Error(`the table lacks the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`);
  if (lines.length === 0) throw new Error('the table has no rows');
  return lines.map((cells, index) => {
    if (cells.length > names.length)
      throw new Error(`row ${index + 1} has ${cells.length} cells, and there are ${names.length} columns`);
    return { number: index + 1, cells: Object.fromEntries(names.map((name, i) => [name, (cells[i] ?? '').trim()])) };
  });
}

function cellsOf(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let rest = text;
  while (rest !== '') {
    const { cell, end } = firstCell(rest, lines.length);
    cells.push(cell);
    const after = rest.slice(end);
    const separator = /^(,|\r?\n|$)/.exec(after)?.[0] ?? '';
    rest = after.slice(separator.length);
    if (separator === ',' && rest === '') cells.push('');
    if (separator !== ',' || rest === '') {
      lines.push(cells);
      cells = [];
    }
  }
  return lines;
}

/** @param row among the rows, the header's is 0. */
function firstCell(text: string, row: number): { readonly cell: string; readonly end: number } {
  if (!text.startsWith('"')) {
    const end = text.search(/,|\r?\n|$/);
    return { cell: text.slice(0, end), end };
  }
  const quoted = /^"((?:[^"]|"")*)"(?=,|\r?\n|$)/.exec(text);
  if (quoted === null) throw new Error(`row ${row}: a quoted cell has no end`);
  return { cell: (quoted[1] ?? '').replaceAll('""', '"'), end: quoted[0].length };
}
