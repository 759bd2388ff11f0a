/** nvidia-smi's output a line at a time: the same reader for a stream and for a file. */
import { splitCells } from './cells.ts';
import { isOwnText, readErrorText } from './error-text.ts';
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
  /** `own`: of nvidia-smi's all the same, so that its exit code says what it means. */
  | { readonly kind: 'other'; readonly own: boolean };

/** Longer lines are no rows: a header of all 240 fields has some 6500 characters. */
const MAX_ROW_CHARACTERS = 32_768;

/**
 * Reads lines (without their line break) in order; a header line is in force until the next one, also until one of
 * another table.
 */
export function createLineReader(): (line: string) => LineReading {
  let header: Header | null = null;
  return (line) => {
    if (line.length <= MAX_ROW_CHARACTERS) {
      const text = line.trim();
      if (text === '') return { kind: 'blank' };
      const cells = splitCells(text);
      const asHeader = readHeader(cells);
      if (asHeader !== null && asHeader.of !== 'devices') {
        header = null;
        return { kind: 'other', own: asHeader.of === 'others' };
      }
      // Within a wider table a single word is somebody else's.
      if (asHeader !== null && (header === null || cells.length > 1 || header.width === 1)) {
        header = asHeader.header;
        return { kind: 'header' };
      }
      const reading = header === null ? null : readRow(header, cells);
      if (reading !== null) return { kind: 'row', reading };
    }
    const error = readErrorText(line);
    return error === null ? { kind: 'other', own: isOwnText(line) } : { kind: 'error', error };
  };
}
