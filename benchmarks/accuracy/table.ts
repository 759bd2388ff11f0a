import type { Observation } from '../../service/model/types.ts';
import type { GenerationSettings, Operation, Phase } from '../../service/protocol/settings.ts';

/** One generation of a traced, recorded or measured table; MiB with `staticMiB` added. */
export interface TableRow {
  readonly settings: GenerationSettings;
  readonly activeMiB: number;
  readonly reservedMiB: number;
  /**
   * The least device on which it succeeds: the truth that the estimator never sees. Null where it was not looked for.
   */
  readonly needMiB: number | null;
  /**
   * The least cap under which it succeeds on the device of the benchmark, where that is another figure: attention
   * slices to fit; else null.
   */
  readonly capNeedMiB: number | null;
  /** Peaks of each phase, as a live host counts them; null where the table has none. */
  readonly phases: Observation['phases'];
  readonly allocRetries: number;
}

/** Of a row whose need is known. */
export function needOf({ needMiB }: TableRow): number {
  if (needMiB === null) throw new Error('a row of this table has no need');
  return needMiB;
}

/** Less than one latent pixel is no picture. */
const LATENT_PX = 8;
const COLUMNS = [
  'op',
  'width',
  'height',
  'batch',
  'hr_width',
  'hr_height',
  'hr_upscaler',
  'active_mib',
  'reserved_mib',
  'need_mib',
] as const;
const PHASES = ['encode', 'sampling', 'upscale', 'hires_sampling', 'decode'] as const satisfies readonly Phase[];
type Column =
  | (typeof COLUMNS)[number]
  | 'cap_need_mib'
  | 'alloc_retries'
  | 'need_phase'
  | `${(typeof PHASES)[number]}_${'active' | 'reserved'}_mib`;

/** The cells of one line by their columns. */
interface Cells {
  /** Empty where there is no such column. */
  readonly text: (column: Column) => string;
  readonly number: (column: Column) => number;
  /** With `staticMiB` added. */
  readonly mib: (column: Column) => number;
  /** Null where the cell is empty. */
  readonly mibOrNull: (column: Column) => number | null;
  readonly has: (column: Column) => boolean;
}

/**
 * Reads a table of the form of benchmarks/data/vram-trace, or of benchmarks/data/real-allocator, which has more columns
 * and need not know every need.
 * @throws if a column is missing or a figure makes no sense: a benchmark on half a table would mislead.
 */
export function parseTable(text: string, staticMiB: number): TableRow[] {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(',').map((name) => name.trim());
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0)
    throw new Error(`the table lacks the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`);
  if (lines.length === 0) throw new Error('the table has no rows');
  return lines.map((line, index) => rowOf(cellsOf(names, line, index + 2, staticMiB), index + 2));
}

function cellsOf(names: readonly string[], line: string, lineNumber: number, staticMiB: number): Cells {
  const values = line.split(',');
  const text = (column: Column): string => (values[names.indexOf(column)] ?? '').trim();
  const number = (column: Column): number => {
    const value = Number(text(column));
    if (text(column) === '' || !Number.isFinite(value))
      throw new Error(`line ${lineNumber}: ${column} is not a number`);
    return value;
  };
  const mib = (column: Column): number => {
    if (number(column) < 0) throw new Error(`line ${lineNumber}: ${column} is negative`);
    return number(column) + staticMiB;
  };
  const mibOrNull = (column: Column): number | null => (text(column) === '' ? null : mib(column));
  return { text, number, mib, mibOrNull, has: (column) => names.includes(column) };
}

function rowOf(cells: Cells, lineNumber: number): TableRow {
  const phases = PHASES.flatMap((phase) => {
    const activePeakMiB = cells.mibOrNull(`${phase}_active_mib`);
    const reservedPeakMiB = cells.mibOrNull(`${phase}_reserved_mib`);
    return activePeakMiB === null || reservedPeakMiB === null ? [] : [{ phase, activePeakMiB, reservedPeakMiB }];
  });
  return {
    settings: settingsOf(cells, lineNumber),
    activeMiB: cells.mib('active_mib'),
    reservedMiB: cells.mib('reserved_mib'),
    // A need that was looked for is told with the phase in which less was too little.
    needMiB: cells.has('need_phase') ? cells.mibOrNull('need_mib') : cells.mib('need_mib'),
    capNeedMiB: cells.mibOrNull('cap_need_mib'),
    phases: phases.length === 0 ? null : phases,
    allocRetries: cells.text('alloc_retries') === '' ? 0 : cells.number('alloc_retries'),
  };
}

function settingsOf({ text, number }: Cells, line: number): GenerationSettings {
  const count = (column: Column, least: number): number => {
    const value = number(column);
    if (!Number.isInteger(value) || value < least)
      throw new Error(`line ${line}: ${column} is not a whole number of at least ${least}`);
    return value;
  };
  const op = text('op');
  const upscaler = text('hr_upscaler');
  const first = { width: count('width', LATENT_PX), height: count('height', LATENT_PX), batchSize: count('batch', 1) };
  if (op === 'txt2img' || op === 'img2img') return { operation: op, ...first, hires: null };
  if (op !== 'hires' || (upscaler !== 'latent' && upscaler !== 'image'))
    throw new Error(`line ${line}: no such operation: ${op} ${upscaler}`);
  const operation: Operation = upscaler === 'latent' ? 'hires_latent' : 'hires_image';
  const width = count('hr_width', LATENT_PX);
  const height = count('hr_height', LATENT_PX);
  return { operation, ...first, hires: { width, height, uncroppedWidth: width, uncroppedHeight: height, upscaler } };
}
