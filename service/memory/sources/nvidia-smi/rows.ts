/** One line under a header: a device's row, a row that cannot be used, or no row at all. */
import { readCell } from './cells.ts';
import type { Cell } from './cells.ts';
import { gravest } from './error-text.ts';
import type { OutputReason } from './error-text.ts';
import { readBusId, readIndex, readMiB, readName, readUuid } from './figures.ts';
import type { ColumnName, Header } from './header.ts';

/** A usable row; what its header has no column for, or the driver no value, is null. */
export interface GpuRow {
  readonly index: number | null;
  readonly uuid: string | null;
  readonly busId: string | null;
  readonly name: string | null;
  readonly usedMiB: number | null;
  readonly totalMiB: number | null;
  readonly driverKeptMiB: number | null;
  readonly migMode: string | null;
  readonly driverVersion: string | null;
  /** Newer drivers' column: by it rows of several machines show. */
  readonly hostname: string | null;
}

/** Where a row stands, as far as it can be told even of one that cannot be used. */
export type RowKey = Pick<GpuRow, 'index' | 'uuid' | 'busId'>;

export type RowReading =
  | { readonly ok: true; readonly row: GpuRow }
  | { readonly ok: false; readonly key: RowKey; readonly reason: OutputReason };

/** undefined where the line has none in that column. */
function cellOf({ columns }: Header, cells: readonly string[], column: ColumnName): string | undefined {
  const found = columns.get(column);
  return found === undefined ? undefined : cells[found.at];
}

/** An error in one of these makes the row unusable: without them a figure belongs to nobody or is none. */
const MATTERS = ['index', 'uuid', 'pci.bus_id', 'name', 'memory.used', 'memory.total'] as const;

const MEMORY = ['memory.used', 'memory.total', 'memory.reserved'] as const;

/** Null where the line is no row: interleaved text. A row cut short is a row that cannot be used. */
export function readRow(header: Header, line: readonly string[]): RowReading | null {
  const cells = fitCells(header, line);
  if (!looksLikeRow(header, cells)) return null;
  const read = (column: ColumnName): Cell => {
    const text = cellOf(header, cells, column);
    return text === undefined ? { kind: 'absent' } : readCell(text);
  };
  const value = <T>(column: ColumnName, parse: (text: string) => T | null): T | null | 'bad' => {
    const cell = read(column);
    return cell.kind === 'value' ? (parse(cell.text) ?? 'bad') : null;
  };
  const inMiB = (column: ColumnName): number | null | 'bad' =>
    value(column, (text) => readMiB(text, header.columns.get(column)?.unit ?? null));

  const index = value('index', readIndex);
  const uuid = value('uuid', readUuid);
  const busId = value('pci.bus_id', readBusId);
  const key = { index: orNull(index), uuid: orNull(uuid), busId: orNull(busId) };
  const unusable = (reason: OutputReason): RowReading => ({ ok: false, key, reason });

  const usedMiB = inMiB('memory.used');
  const totalMiB = inMiB('memory.total');
  const worst = gravest(errorsIn(header, cells, usedMiB === 0));
  if (worst !== null) return unusable(worst);
  if (cells.length !== header.width) return unusable('bad-output');
  if (index === 'bad' || uuid === 'bad' || busId === 'bad' || usedMiB === 'bad' || totalMiB === 'bad')
    return unusable('bad-output');
  // One figure with its unit and one without: the output was cut off inside that one.
  if (new Set(MEMORY.map(read).flatMap((cell) => (cell.kind === 'value' ? [/\d$/.test(cell.text)] : []))).size > 1)
    return unusable('bad-output');
  if (totalMiB === 0 || (usedMiB !== null && totalMiB !== null && usedMiB > totalMiB)) return unusable('bad-output');
  return {
    ok: true,
    row: {
      index,
      uuid,
      busId,
      name: value('name', readName),
      usedMiB,
      totalMiB,
      driverKeptMiB: orNull(inMiB('memory.reserved')),
      migMode: value('mig.mode.current', readName),
      driverVersion: value('driver_version', readName),
      hostname: value('hostname', readName),
    },
  };
}

/** Part of a figure such as `1,024` or `512,5 MiB`, which some program has given commas: no part of a name. */
const FIGURE = /^\d+(\.\d+)?( ?[kmgt]ib)?$/i;

/** How a uuid of the driver's begins. */
const UUID_START = /^(gpu|mig)-/i;

/** What would make of a name something else: the figures of another row, or of a row that another was written into. */
function isNoPartOfName(cell: string): boolean {
  return FIGURE.test(cell) || UUID_START.test(cell) || readBusId(cell) !== null;
}

/** What may be the end of a figure behind a comma: `024 MiB` of `1,024 MiB`, `5` of `512,5`, `30 W` of `25,30 W`. */
const FIGURE_END = /^\d{1,3}(\.\d+)?( ?[a-z%]+)?$/i;

/**
 * Whether the surplus may be a figure's, cut in two by its comma: bare digits, and such an end. An index in its place
 * before the name is none.
 */
function hasCutFigure(header: Header, cells: readonly string[], nameAt: number): boolean {
  const indexAt = header.columns.get('index')?.at ?? nameAt;
  return cells.some(
    (cell, at) => /^\d+$/.test(cell) && FIGURE_END.test(cells[at + 1] ?? '') && !(at === indexAt && at < nameAt),
  );
}

/** Reads a name with commas in it from both ends; leaves out empty cells behind the last column. */
function fitCells(header: Header, line: readonly string[]): readonly string[] {
  const end = line.findLastIndex((cell, at) => at < header.width || cell !== '') + 1;
  const cells = line.slice(0, end);
  const surplus = cells.length - header.width;
  const nameAt = header.columns.get('name')?.at;
  if (surplus <= 0 || nameAt === undefined) return cells;
  const nameEnd = nameAt + surplus + 1;
  if (cells.slice(nameAt, nameEnd).some(isNoPartOfName) || hasCutFigure(header, cells, nameAt)) return cells;
  return [...cells.slice(0, nameAt), cells.slice(nameAt, nameEnd).join(', '), ...cells.slice(nameEnd)];
}

/** One cell in its own column that only a row would have there is enough; a name proves nothing. */
function looksLikeRow(header: Header, cells: readonly string[]): boolean {
  if (cells.length < header.width && cells.length < 2) return false;
  return [...header.columns.keys()].some((column) => {
    const text = cellOf(header, cells, column);
    if (text === undefined || text === '') return false;
    return readCell(text).kind !== 'value' || looksLikeValue(column, text);
  });
}

function looksLikeValue(column: ColumnName, text: string): boolean {
  switch (column) {
    case 'index':
      return readIndex(text) !== null;
    case 'uuid':
      return UUID_START.test(text) && readUuid(text) !== null;
    case 'pci.bus_id':
      return readBusId(text) !== null;
    case 'memory.used':
    case 'memory.total':
    case 'memory.reserved':
      return /^[-+]?(\d|\.\d|(nan|inf)\b)\S{0,40}(\s{1,9}\S{1,8})?$/i.test(text);
    case 'mig.mode.current':
      return text === 'Enabled' || text === 'Disabled';
    case 'driver_version':
      return /^\d{2,4}\.\d/.test(text);
    case 'name':
    case 'hostname':
      return false;
  }
}

/**
 * The errors that count: those of the whole device anywhere, the others in the columns that matter. Beside an error
 * anywhere `0 MiB` is not to be believed: a device that needs a reset reports it.
 */
function errorsIn(header: Header, cells: readonly string[], usesNothing: boolean): Set<OutputReason> {
  const mattersAt = new Set(MATTERS.map((column) => header.columns.get(column)?.at));
  const reasons = new Set<OutputReason>();
  for (const [at, text] of cells.entries()) {
    const cell = readCell(text);
    if (cell.kind === 'error' && (cell.wholeDevice || usesNothing || mattersAt.has(at))) reasons.add(cell.reason);
  }
  return reasons;
}

function orNull<T>(value: T | 'bad'): Exclude<T, 'bad'> | null {
  return value === 'bad' ? null : (value as Exclude<T, 'bad'>);
}
