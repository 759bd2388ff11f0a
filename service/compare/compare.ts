/** Two that did the same work, side by side: by what their memory differs, and why. Pure. */
import { causesOf, type Cause } from './causes.ts';
import { NOTICED_MIB, rowsOf, type RowName, type Rows } from './rows.ts';
import type { Side } from './side.ts';

export interface Comparison {
  readonly a: Side;
  readonly b: Side;
  readonly rows: Rows;
  readonly causes: readonly Cause[];
  /** What of a row's difference no cause accounts for. */
  readonly notExplained: readonly { readonly row: RowName; readonly differenceMiB: number }[];
}

export function compare(a: Side, b: Side): Comparison {
  const rows = rowsOf(a.figures, b.figures);
  const causes = causesOf(a, b, rows);
  return { a, b, rows, causes, notExplained: notExplained(rows, causes) };
}

function notExplained(rows: Rows, causes: readonly Cause[]): Comparison['notExplained'] {
  const partsAreKnown = rows.some(({ row, differenceMiB }) => PARTS.has(row) && differenceMiB !== null);
  return rows.flatMap(({ row, differenceMiB }) => {
    // The device's is the sum of what follows, where anything does.
    if (differenceMiB === null || (row === 'device' && partsAreKnown)) return [];
    const own = causes.filter((cause) => cause.row === row);
    if (own.some((cause) => cause.differenceMiB === null && cause.code !== 'allocator' && cause.code !== 'torch'))
      return [];
    const leftMiB = Math.abs(differenceMiB) - own.reduce((sum, cause) => sum + (cause.differenceMiB ?? 0), 0);
    return leftMiB < NOTICED_MIB ? [] : [{ row, differenceMiB: Math.sign(differenceMiB) * leftMiB }];
  });
}

const PARTS: ReadonlySet<RowName> = new Set([
  'weights',
  'tensors',
  'outside',
  'context',
  'others',
  'cache',
  'activations',
]);
