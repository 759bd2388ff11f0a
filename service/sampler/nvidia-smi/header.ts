/** The header line of `--format=csv`: which column holds what, in whatever order. */

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

/** Fields of `--query-gpu` that make a line a header even where none of our own columns is in it. */
const OTHER_FIELD =
  /^(timestamp|count|serial|pstate|vbios_version|compute_mode|compute_cap|persistence_mode|(pci|pcie|memory|utilization|clocks|clocks_event_reasons|clocks_throttle_reasons|temperature|power|ecc|fan|mig|display|encoder|accounting|retired_pages|driver_model)[._][a-z0-9_.]+)$/;

/** The header that these cells make (without empty ones at the end), or null where they are something else. A list of processes (it has `pid`) is not one of devices. */
export function readHeader(cells: readonly string[]): Header | null {
  const columns = new Map<ColumnName, Column>();
  const width = cells.findLastIndex((cell) => cell !== '') + 1;
  let known = false;
  for (const [at, cell] of cells.slice(0, width).entries()) {
    const match = /^([a-z][A-Za-z0-9_.]{0,100})(?: {0,9}\[([A-Za-z%/]{1,8})\])?$/.exec(cell.length > 120 ? '' : cell);
    if (match === null) return null;
    const [, text = '', unit = null] = match;
    if (text === 'pid') return null;
    const name = ALIASES[text] ?? COLUMNS.find((column) => column === text);
    known ||= name !== undefined || OTHER_FIELD.test(text);
    if (name !== undefined && !columns.has(name)) columns.set(name, { at, unit });
  }
  return known ? { width, columns } : null;
}
