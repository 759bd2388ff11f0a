/** What the command line prints in columns. */
import { at } from '../base/at.ts';
import { columnsLeftOutInWords } from '../words/index.ts';
import { oneLine } from './discreet.ts';
import { PLAIN, toned, type Look, type Tone } from './look.ts';
import { padTo, textWidth, wrapped } from './text-width.ts';

export type Entry = readonly [name: string, value: string, tone?: Tone | undefined];

/** A value gets no narrower than this, however narrow the terminal is. */
const LEAST_COLUMNS = 24;

/**
 * Names and values as lines whose values stand below each other, `width` characters in where the names let them. What
 * others have named is made harmless.
 */
export function inColumns(entries: readonly Entry[], width: number, look: Look = PLAIN): string[] {
  const column = Math.max(width, ...entries.map(([name]) => textWidth(name) + 1));
  return entries.flatMap(([name, value, tone]) => {
    const lines = wrapTo(oneLine(value), look.columns === null ? null : look.columns - column);
    return lines.map((line, index) =>
      index === 0
        ? toned(padTo(oneLine(name), column), 'quiet', look) + toned(line, tone, look)
        : ' '.repeat(column) + toned(line, tone, look),
    );
  });
}

function wrapTo(text: string, columns: number | null): string[] {
  return columns === null ? [text] : wrapped(text, Math.max(LEAST_COLUMNS, columns));
}

/**
 * Rows of as many cells each, the headings first. Columns that a terminal has no room for are left out, and named
 * below.
 */
export function inTable(rows: readonly (readonly string[])[], look: Look = PLAIN): string[] {
  const cells = rows.map((row) => row.map(oneLine));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => textWidth(row[column] ?? ''))));
  const shown = look.columns === null ? widths.length : columnsWithin(widths, look.columns);
  const leftOut = (cells[0] ?? []).slice(shown);
  const lines = cells.map((row, index) => {
    const line = row
      .slice(0, shown)
      .map((cell, column) => padTo(cell, at(widths, column)))
      .join(' '.repeat(BETWEEN_COLUMNS))
      .trimEnd();
    return index === 0 ? toned(line, 'strong', look) : line;
  });
  return leftOut.length === 0 ? lines : [...lines, ...wrapTo(columnsLeftOutInWords(leftOut), look.columns)];
}

const BETWEEN_COLUMNS = 2;

/** How many columns have room; one at least. */
function columnsWithin(widths: readonly number[], mostWidth: number): number {
  let width = -BETWEEN_COLUMNS;
  const from = widths.findIndex((one) => (width += one + BETWEEN_COLUMNS) > mostWidth);
  return from === -1 ? widths.length : Math.max(1, from);
}
