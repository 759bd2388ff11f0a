import { median } from 'simple-statistics';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import type { TableRow } from '../../accuracy/table.ts';
import type { Capture } from './tables.ts';

/** Measured over traced, memory above the weights in both: 1 where the card does as the trace says. */
export interface AgainstTrace {
  readonly figure: 'active' | 'reserved' | 'need';
  readonly n: number;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

interface Ratio {
  readonly figure: AgainstTrace['figure'];
  readonly ratio: number;
}

/** Over all runs whose very settings are in the traced table (`rows` without weights); empty where none is. */
export function againstTrace({ meta, benchmark, runs, needs }: Capture, rows: readonly TableRow[]): AgainstTrace[] {
  const { staticMiB } = meta;
  if (staticMiB === null) return [];
  const traced = new Map(rows.map((row) => [keyOf(row.settings), row]));
  const ratios: Ratio[] = [];
  const compare = (
    figure: Ratio['figure'],
    settings: GenerationSettings,
    measuredMiB: number | null | undefined,
    of: (row: TableRow) => number | null,
  ): void => {
    const row = traced.get(keyOf(settings));
    const tracedMiB = row === undefined ? null : of(row);
    if (tracedMiB !== null && typeof measuredMiB === 'number')
      ratios.push({ figure, ratio: (measuredMiB - staticMiB) / tracedMiB });
  };
  const uncapped = [
    ...(benchmark?.rows ?? []).filter((row) => row.capMiB === null && row.outcome === 'ok'),
    ...runs
      .filter(({ part, told }) => part === 'generations' && told.outcome === 'ok')
      .map(({ settings, told }) => ({ settings, ...told.torch })),
  ];
  for (const { settings, activePeakMiB, reservedPeakMiB } of uncapped) {
    compare('active', settings, activePeakMiB, (row) => row.activeMiB);
    compare('reserved', settings, reservedPeakMiB, (row) => row.reservedMiB);
  }
  for (const { settings, needMiB } of needs) compare('need', settings, needMiB, (row) => row.needMiB);
  return (['active', 'reserved', 'need'] as const).flatMap((figure) => {
    const own = ratios.filter((one) => one.figure === figure).map(({ ratio }) => ratio);
    return own.length === 0
      ? []
      : [{ figure, n: own.length, median: median(own), least: Math.min(...own), most: Math.max(...own) }];
  });
}

/** Sizes enter symmetrically in the traced table, and only the kind of the upscaler counts. */
function keyOf({ operation, width, height, batchSize, hires }: GenerationSettings): string {
  const sides = (a: number, b: number): string => `${Math.max(a, b)}x${Math.min(a, b)}`;
  return `${operation} ${sides(width, height)} ${batchSize} ${hires === null ? '' : sides(hires.width, hires.height)}`;
}
