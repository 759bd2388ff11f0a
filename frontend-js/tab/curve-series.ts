/** Curves as a plot's columns: each line with its interval's ends, between which a band is filled. Pure. */
import type { CurveLine, Curves, Figure } from './curve-lines.ts';
import { curveLines } from './curve-lines.ts';

type Column = readonly (number | null)[];

export interface CurveColumns {
  readonly lines: readonly CurveLine[];
  /** Of each line in turn: value, low, high. */
  readonly columns: Column[];
}

export const COLUMNS_A_LINE = 3;

export function columnsOf({ lines: all, sizesPx }: Curves, figure: Figure, topMiB: number): CurveColumns {
  const lines = curveLines(all, figure, topMiB);
  const columns = lines.flatMap(({ values, low, high }) => [values, low, high]);
  // A plot without a line would have no vertical scale.
  return { lines, columns: columns.length === 0 ? [sizesPx.map(() => null)] : columns };
}
