import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTable, type TableRow } from './table.ts';

const DATA = join(import.meta.dirname, '..', 'data', 'vram-trace');
/** Weights and a typical context, as the tables' README gives them. */
const TABLES = [
  { file: 'sd15.csv', staticMiB: 2484 },
  { file: 'sdxl.csv', staticMiB: 7067 },
] as const;

/** The repository's tables. */
export function tracedTables(): { readonly file: string; readonly staticMiB: number; readonly rows: TableRow[] }[] {
  return TABLES.map(({ file, staticMiB }) => ({
    file,
    staticMiB,
    rows: parseTable(readFileSync(join(DATA, file), 'utf8'), staticMiB),
  }));
}
