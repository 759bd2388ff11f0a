import type { MeasuredRow } from '../rows.ts';
import type { Phase } from '../types.ts';
import type { Networks } from '../../networks/networks.ts';
import { roomsNear, type activePeakMiB } from './peaks.ts';

/**
 * Active bytes of a known network are met this well (root mean square, shares of the total): counters are exact,
 * workspaces are not foreseen.
 */
export const ACTIVE_SHARE = 0.01;

/**
 * Just where attention changes the number of its slices a few MiB of room decide: of the peaks on either side the
 * nearer one was meant.
 */
export function replayedMiB(peakMiB: typeof activePeakMiB, networks: Networks, row: MeasuredRow): number {
  const [knownRoomMiB = Infinity, ...others] = roomsNear(networks, row.roomMiB ?? Infinity);
  const peakAt = (roomMiB: number): number => peakMiB(networks, row.settings, phasesOf(row), roomMiB);
  const away = (replayed: number): number => Math.abs(replayed - row.valueMiB);
  const first = peakAt(knownRoomMiB);
  if (away(first) * row.weight < ACTIVE_SHARE) return first;
  return others.map(peakAt).reduce((nearest, one) => (away(one) < away(nearest) ? one : nearest), first);
}

/** The phases that a row counts; null = all, which spares the replay those that cannot win. */
export function phasesOf(row: MeasuredRow): ReadonlySet<Phase> | null {
  return row.whole ? null : new Set(row.pieces.map((piece) => piece.phase));
}

/** Whether a figure tells of one of these phases; one of the whole run may tell of any. */
export function isOfAny({ whole, pieces }: MeasuredRow, phases: readonly Phase[]): boolean {
  return phases.length > 0 && (whole || pieces.some(({ phase }) => phases.includes(phase)));
}

/** Largest first: most candidates are given up after a row or two. And in one order, whatever that of the runs. */
export function exactOnes(rows: readonly MeasuredRow[]): MeasuredRow[] {
  const named = rows.filter((row) => row.kind === 'exact').map((row) => ({ row, name: JSON.stringify(row.settings) }));
  return named.sort((a, b) => b.row.valueMiB - a.row.valueMiB || (a.name < b.name ? -1 : 1)).map(({ row }) => row);
}
