import type { GenerationSettings, Operation } from '../../service/protocol/settings.ts';

/** One generation of a traced or measured table; MiB with `staticMiB` added. */
export interface TableRow {
  readonly settings: GenerationSettings;
  readonly activeMiB: number;
  readonly reservedMiB: number;
  /** Smallest cap under which it succeeds: the truth that the estimator never sees. */
  readonly needMiB: number;
}

const COLUMNS = ['op', 'width', 'height', 'batch', 'hr_width', 'hr_height', 'hr_upscaler', 'active_mib', 'reserved_mib', 'need_mib'] as const;
type Column = (typeof COLUMNS)[number];

/**
 * Reads a table of the form of benchmarks/data/vram-trace.
 * @throws if a column is missing or a figure is not a number: a benchmark on half a table would mislead.
 */
export function parseTable(text: string, staticMiB: number): TableRow[] {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(',').map((name) => name.trim());
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) throw new Error(`the table lacks ${missing.join(', ')}`);
  return lines.map((line, index) => {
    const cells = line.split(',');
    const cell = (column: Column): string => (cells[names.indexOf(column)] ?? '').trim();
    const number = (column: Column): number => {
      const value = Number(cell(column));
      if (cell(column) === '' || !Number.isFinite(value)) throw new Error(`line ${index + 2}: ${column} is not a number`);
      return value;
    };
    return {
      settings: settingsOf(cell('op'), cell('hr_upscaler'), number, index + 2),
      activeMiB: number('active_mib') + staticMiB,
      reservedMiB: number('reserved_mib') + staticMiB,
      needMiB: number('need_mib') + staticMiB,
    };
  });
}

function settingsOf(op: string, upscaler: string, number: (column: Column) => number, line: number): GenerationSettings {
  const first = { width: number('width'), height: number('height'), batchSize: number('batch') };
  if (op === 'txt2img' || op === 'img2img') return { operation: op, ...first, hires: null };
  if (op !== 'hires' || (upscaler !== 'latent' && upscaler !== 'image')) throw new Error(`line ${line}: no such operation: ${op} ${upscaler}`);
  const operation: Operation = upscaler === 'latent' ? 'hires_latent' : 'hires_image';
  const width = number('hr_width');
  const height = number('hr_height');
  return { operation, ...first, hires: { width, height, uncroppedWidth: width, uncroppedHeight: height, upscaler } };
}
