/** nvidia-smi's output a line at a time: the same reader for a stream and for a file. */
import { splitCells } from './cells.ts';
import { readErrorText } from './error-text.ts';
import type { ErrorText } from './error-text.ts';
import { readHeader } from './header.ts';
import type { Header } from './header.ts';
import { readRow } from './rows.ts';
import type { RowReading } from './rows.ts';

export type LineReading =
  | { readonly kind: 'header' }
  | { readonly kind: 'row'; readonly reading: RowReading }
  | { readonly kind: 'error'; readonly error: ErrorText }
  | { readonly kind: 'blank' }
  | { readonly kind: 'other' };

/** Longer lines are no rows: a header of all 240 fields has some 6500 characters. */
const MAX_ROW_CHARACTERS = 32_768;

/** Reads lines (without their line break) in order; a header line is in force until the next one. */
export function createLineReader(): (line: string) => LineReading {
  let header: Header | null = null;
  return (line) => {
    if (line.length <= MAX_ROW_CHARACTERS) {
      const text = line.trim();
      if (text === '') return { kind: 'blank' };
      const cells = splitCells(text);
      const asHeader = readHeader(cells);
      // Within a wider table a single word is somebody else's.
      if (asHeader !== null && (header === null || cells.length > 1 || header.width === 1)) {
        header = asHeader;
        return { kind: 'header' };
      }
      const error = readErrorText(text);
      // With no column but the name any text would do for a row.
      const reading = header === null || (error !== null && header.width === 1) ? null : readRow(header, cells);
      if (reading !== null) return { kind: 'row', reading };
      return error === null ? { kind: 'other' } : { kind: 'error', error };
    }
    const error = readErrorText(line);
    return error === null ? { kind: 'other' } : { kind: 'error', error };
  };
}
