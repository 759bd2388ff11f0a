import type { GenerationSettings, Operation } from '../../service/protocol/settings.ts';

/** One generation of a traced or measured table; MiB with `staticMiB` added. */
export interface TableRow {
  readonly settings: GenerationSettings;
  readonly activeMiB: number;
  readonly reservedMiB: number;
  /** The least device on which it succeeds: the truth that the estimator never sees. */
  readonly needMiB: number;
  /**
   * The least cap under which it succeeds on the device of the benchmark, where that is another figure: attention
   * slices to fit; else null.
   */
  readonly capNeedMiB: number | null;
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
type Column = (typeof COLUMNS)[number] | 'cap_need_mib';

/**
 * Reads a table of the form of benchmarks/data/vram-trace.
 * @throws if a column is missing or a figure makes no sense: a benchmark on half a table would mislead.
 */
export function parseTable(text: string, staticMiB: number): TableRow[] {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(',').map((name) => name.trim());
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0)
    throw new Error(`the table lacks the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`);
  if (lines.length === 0) throw new Error('the table has no rows');
  return lines.map((line, index) => {
    const cells = line.split(',');
    const cell = (column: Column): string => (cells[names.indexOf(column)] ?? '').trim();
    const number = (column: Column): number => {
      const value = Number(cell(column));
      if (cell(column) === '' || !Number.isFinite(value))
        throw new Error(`line ${index + 2}: ${column} is not a number`);
      return value;
    };
    const mib = (column: Column): number => {
      if (number(column) < 0) throw new Error(`line ${index + 2}: ${column} is negative`);
      return number(column) + staticMiB;
    };
    return {
      settings: settingsOf(cell('op'), cell('hr_upscaler'), number, index + 2),
      activeMiB: mib('active_mib'),
      reservedMiB: mib('reserved_mib'),
      needMiB: mib('need_mib'),
      capNeedMiB: names.includes('cap_need_mib') ? mib('cap_need_mib') : null,
    };
  });
}

function settingsOf(
  op: string,
  upscaler: string,
  number: (column: Column) => number,
  line: number,
): GenerationSettings {
  const count = (column: Column, least: number): number => {
    const value = number(column);
    if (!Number.isInteger(value) || value < least)
      throw new Error(`line ${line}: ${column} is not a whole number of at least ${least}`);
    return value;
  };
  const first = { width: count('width', LATENT_PX), height: count('height', LATENT_PX), batchSize: count('batch', 1) };
  if (op === 'txt2img' || op === 'img2img') return { operation: op, ...first, hires: null };
  if (op !== 'hires' || (upscaler !== 'latent' && upscaler !== 'image'))
    throw new Error(`line ${line}: no such operation: ${op} ${upscaler}`);
  const operation: Operation = upscaler === 'latent' ? 'hires_latent' : 'hires_image';
  const width = count('hr_width', LATENT_PX);
  const height = count('hr_height', LATENT_PX);
  return { operation, ...first, hires: { width, height, uncroppedWidth: width, uncroppedHeight: height, upscaler } };
}
