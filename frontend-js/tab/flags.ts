/** The table of flags as a person looks for an answer in it: which make it fit, and change least. Pure. */
import type { FlagsTable } from '../../service/protocol/advice.ts';

export type FlagsRow = FlagsTable['rows'][number];

/** A number is that of another card. */
export type FlagsColumn = 'verdict' | 'attention' | 'vramMode' | 'vae' | 'required' | 'peak' | number;

/** From what a person wants to what one would rather not have. */
const VERDICTS: readonly FlagsRow['verdict'][] = ['fits', 'tight', 'will-not-fit'];
const MODES: readonly FlagsRow['vramMode'][] = ['none', 'medvram', 'lowvram'];
const WIDTHS: readonly FlagsRow['vae'][] = ['half', 'float'];

/** The flags in force; null where they are not among them. */
export function nowIn(rows: readonly FlagsRow[]): FlagsRow | null {
  return rows.find(({ isNow }) => isNow) ?? null;
}

/** By a column; what is alike in it by how little it changes. */
export function sortedBy(rows: readonly FlagsRow[], column: FlagsColumn, descending: boolean): readonly FlagsRow[] {
  const now = nowIn(rows);
  const sign = descending ? -1 : 1;
  return [...rows].sort(
    (a, b) => sign * compared(valueOf(a, column), valueOf(b, column)) || compareNearness(a, b, now),
  );
}

/** What fits and changes least; null where nothing does. */
export function nearestThatFits(rows: readonly FlagsRow[]): FlagsRow | null {
  return sortedBy(rows, 'verdict', false).find(({ verdict }) => verdict === 'fits') ?? null;
}

/** Nobody would choose it: it needs more, and fits no better. */
export function isWorse(row: FlagsRow, now: FlagsRow | null): boolean {
  if (now === null || row.isNow) return false;
  return row.required.highMiB > now.required.highMiB && valueOf(row, 'verdict') >= valueOf(now, 'verdict');
}

function valueOf(row: FlagsRow, column: FlagsColumn): number | string {
  switch (column) {
    case 'attention':
      return row.attention.toLowerCase();
    case 'vramMode':
      return MODES.indexOf(row.vramMode);
    case 'vae':
      return WIDTHS.indexOf(row.vae);
    case 'required':
    case 'peak':
      return row[column].valueMiB;
    case 'verdict':
      return VERDICTS.indexOf(row.verdict);
    default: {
      const verdict = row.onCards[column];
      return verdict === undefined ? VERDICTS.length : VERDICTS.indexOf(verdict);
    }
  }
}

/** Both of one column. */
function compared(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en');
}

/** Fewer changes, then what keeps more of the networks on the card and so is faster, then less memory. */
function compareNearness(a: FlagsRow, b: FlagsRow, now: FlagsRow | null): number {
  return (
    changesIn(a, now) - changesIn(b, now) ||
    MODES.indexOf(a.vramMode) - MODES.indexOf(b.vramMode) ||
    a.required.valueMiB - b.required.valueMiB
  );
}

function changesIn(row: FlagsRow, now: FlagsRow | null): number {
  return (['attention', 'vramMode', 'vae'] as const).filter((flag) => row[flag] !== now?.[flag]).length;
}
