/** Turns curves and measured points into the aligned columns that a plot needs. Pure. */
import type { ToViewerMessage } from '../../service/protocol/viewer.ts';

export type Curves = Extract<ToViewerMessage, { type: 'curves' }>;

/** `values` go with `CurveColumns.sizesPx`, null where this one has none. */
export interface CurveColumn {
  kind: 'peak' | 'required' | 'measured';
  batchSize: number;
  values: (number | null)[];
}

export interface CurveColumns {
  sizesPx: number[];
  columns: CurveColumn[];
  /** Runs that ran out of memory: what they had reached. */
  failed: { sizePx: number; peakMiB: number }[];
}

/** Two points of one batch at one size would share a cell: the second moves right by less than a pixel shows. */
const NUDGE_PX = 0.01;

export function curveColumns(curves: Pick<Curves, 'sizesPx' | 'lines' | 'points'>): CurveColumns {
  const measured = curves.points.filter((point) => point.ok);
  const placed: { sizePx: number; batchSize: number; peakMiB: number }[] = [];
  for (const point of measured) {
    let { sizePx } = point;
    while (placed.some((other) => other.batchSize === point.batchSize && other.sizePx === sizePx)) sizePx += NUDGE_PX;
    placed.push({ ...point, sizePx });
  }
  const sizesPx = [...new Set([...curves.sizesPx, ...placed.map((point) => point.sizePx)])].sort((a, b) => a - b);

  const onLine = (values: readonly number[]) => {
    const bySize = new Map(curves.sizesPx.map((size, index) => [size, values[index] ?? null]));
    return sizesPx.map((size) => bySize.get(size) ?? null);
  };
  const columns: CurveColumn[] = [];
  for (const line of curves.lines) {
    columns.push({ kind: 'peak', batchSize: line.batchSize, values: onLine(line.peakMiB) });
    columns.push({ kind: 'required', batchSize: line.batchSize, values: onLine(line.requiredMiB) });
  }
  for (const batchSize of [...new Set(placed.map((point) => point.batchSize))].sort((a, b) => a - b)) {
    const bySize = new Map(placed.filter((point) => point.batchSize === batchSize).map((point) => [point.sizePx, point.peakMiB]));
    columns.push({ kind: 'measured', batchSize, values: sizesPx.map((size) => bySize.get(size) ?? null) });
  }
  return { sizesPx, columns, failed: curves.points.filter((point) => !point.ok) };
}
