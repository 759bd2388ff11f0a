/** The cells of nvidia-smi's CSV: how a line splits, and what a cell says when it holds no value. */
import type { OutputReason } from './error-text.ts';

/**
 * Splits one line at its commas; cells are trimmed. A cell in double quotes may hold commas (`""` is a quote in it).
 * nvidia-smi does not quote by itself, but a file that went through a spreadsheet is quoted. A quote that never closes
 * is an ordinary character. Time is linear: a quote that fails to close ends the search for quotes in the rest of the
 * line.
 */
export function splitCells(line: string): string[] {
  const cells: string[] = [];
  let quotes = line.includes('"');
  let start = 0;
  for (;;) {
    if (quotes) {
      while (line[start] === ' ' || line[start] === '\t') start += 1;
      if (line[start] === '"') {
        const quoted = readQuoted(line, start);
        if (quoted !== null) {
          cells.push(quoted.text.trim());
          if (quoted.next >= line.length) return cells;
          start = quoted.next + 1;
          continue;
        }
        quotes = false;
      }
    }
    const comma = line.indexOf(',', start);
    if (comma < 0) {
      cells.push(line.slice(start).trim());
      return cells;
    }
    cells.push(line.slice(start, comma).trim());
    start = comma + 1;
  }
}

/** The quoted cell that opens at `open`, and where its comma is (the line's length where it is the last). */
function readQuoted(line: string, open: number): { text: string; next: number } | null {
  let at = open + 1;
  for (;;) {
    const quote = line.indexOf('"', at);
    if (quote < 0) return null;
    if (line[quote + 1] === '"') {
      at = quote + 2;
      continue;
    }
    let next = quote + 1;
    while (line[next] === ' ' || line[next] === '\t') next += 1;
    if (next >= line.length || line[next] === ',')
      return { text: line.slice(open + 1, quote).replaceAll('""', '"'), next };
    at = next;
  }
}

/**
 * What a cell says. `wholeDevice` errors condemn the row wherever they stand; the others only where the cell matters.
 */
export type Cell =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'error'; readonly reason: OutputReason; readonly wholeDevice: boolean };

const ABSENT = new Set([
  '',
  '-',
  'n/a',
  'not supported',
  'not available',
  'deprecated',
  'requested functionality has been deprecated',
]);
const LOST = new Set([
  'gpu is lost',
  'the gpu is lost',
  'gpu lost',
  'gpu requires reset',
  'gpu requires a reset',
  'reset required',
]);
const FORBIDDEN = new Set([
  'insufficient permissions',
  'insufficient permission',
  'no permission',
  'permission denied',
]);
const FAILED = new Set(['unknown error', 'err!', 'error', 'function not found', 'not found', 'unknown']);

/** Reads one trimmed cell, with or without the brackets that newer drivers put around what is not a value. */
export function readCell(text: string): Cell {
  if (text.length > 300) return { kind: 'value', text };
  const bracketed = text.startsWith('[') && text.endsWith(']');
  const word = (bracketed ? text.slice(1, -1) : text).trim().toLowerCase();
  if (ABSENT.has(word)) return { kind: 'absent' };
  if (LOST.has(word)) return { kind: 'error', reason: 'gpu-lost', wholeDevice: true };
  if (FORBIDDEN.has(word)) return { kind: 'error', reason: 'no-permission', wholeDevice: false };
  if (FAILED.has(word) || bracketed) return { kind: 'error', reason: 'not-available', wholeDevice: false };
  return { kind: 'value', text };
}
