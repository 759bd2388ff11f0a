/** The header line of `--format=csv`: which column holds what, in whatever order. */

import { isKnownField } from './known-fields.ts';

/** Columns that are read; all others are only looked at for errors of the whole device. */
export const COLUMNS = [
  'index',
  'uuid',
  'pci.bus_id',
  'name',
  'memory.used',
  'memory.total',
  'memory.reserved',
  'mig.mode.current',
  'driver_version',
  'hostname',
] as const;
export type ColumnName = (typeof COLUMNS)[number];

export interface Column {
  readonly at: number;
  /** What stands in brackets behind the name (`MiB`), or null under `nounits`. */
  readonly unit: string | null;
}

export interface Header {
  readonly width: number;
  readonly columns: ReadonlyMap<ColumnName, Column>;
}

const ALIASES: Readonly<Record<string, ColumnName>> = {
  gpu_name: 'name',
  gpu_uuid: 'uuid',
  gpu_bus_id: 'pci.bus_id',
  gpu_index: 'index',
};

/**
 * A line of column names: of devices and their memory, of something else that nvidia-smi lists (clocks, pages,
 * processes), or of another tool's table.
 */
export type HeaderReading =
  { readonly of: 'devices'; readonly header: Header } | { readonly of: 'others' } | { readonly of: 'another-tool' };

/**
 * What these cells (without empty ones at the end) are the header of, or null where they are none. Only a table that
 * tells how much memory a device has, or has in use, is read: a list of clocks or retired pages names its device in
 * each row too, a list of processes has `pid`. A column that nvidia-smi does not know makes it another tool's table,
 * however well the others look: what its rows stand for (machines, jobs) that column alone may say.
 */
export function readHeader(cells: readonly string[]): HeaderReading | null {
  const columns = new Map<ColumnName, Column>();
  const width = cells.findLastIndex((cell) => cell !== '') + 1;
  let unmistakable = false;
  let processes = false;
  let allKnown = true;
  for (const [at, cell] of cells.slice(0, width).entries()) {
    const match = /^([a-z][A-Za-z0-9_.]{0,100})(?: {0,9}\[([A-Za-z%/]{1,8})\])?$/.exec(cell.length > 120 ? '' : cell);
    if (match === null) return null;
    const [, text = '', unit = null] = match;
    const name = ALIASES[text] ?? COLUMNS.find((column) => column === text);
    unmistakable ||= name !== undefined || unit !== null || /[._]/.test(text);
    processes ||= text === 'pid';
    allKnown &&= isKnownField(text);
    if (name !== undefined && !columns.has(name)) columns.set(name, { at, unit });
  }
  // A word alone is no table.
  const isTable = width > 1 && (unmistakable || processes);
  if (!allKnown) return isTable ? { of: 'another-tool' } : null;
  if (!processes && (columns.has('memory.used') || columns.has('memory.total')))
    return { of: 'devices', header: { width, columns } };
  return isTable ? { of: 'others' } : null;
}
