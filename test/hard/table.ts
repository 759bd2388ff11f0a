/** The figures as a table, of which a later run of some lines replaces those lines alone. */
import type { Check } from './line.ts';

const HEAD = ['| line | what | n | result | figure |', '|---|---|---|---|---|'];

export function rowsOf(id: string, checks: readonly Check[]): string[] {
  return checks.map(
    (check) => `| ${[id, check.what, String(check.n), wordOf(check), check.figure].map(cell).join(' | ')} |`,
  );
}

/**
 * The table of `section` (a page's text, any or none of it a table) with the lines in `fresh` put in place of theirs,
 * in the lines' order.
 */
export function mergedTable(section: string, fresh: ReadonlyMap<string, readonly string[]>): string {
  const kept = section.split('\n').filter((row) => /^\| [A-Z]\d+ \|/.test(row) && !fresh.has(lineOf(row)));
  const rows = [...kept, ...[...fresh.values()].flat()];
  return [...HEAD, ...rows.toSorted((a, b) => orderOf(a) - orderOf(b))].join('\n');
}

/** Of nothing that was tried, as with a small share, all holds. */
function wordOf({ n, passed }: Check): string {
  if (passed === null || (passed && n === 0)) return 'not run';
  return passed ? 'held' : 'FAILED';
}

function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}

function lineOf(row: string): string {
  return row.split(' ')[1] ?? '';
}

function orderOf(row: string): number {
  const id = lineOf(row);
  return id.charCodeAt(0) * 1000 + Number(id.slice(1));
}
