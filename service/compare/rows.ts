import type { Figures } from './side.ts';

/** `tensors` and `outside` stand where one of the two cannot tell their parts from each other. */
export type RowName =
  'device' | 'weights' | 'activations' | 'tensors' | 'cache' | 'context' | 'others' | 'outside' | 'program' | 'ram';

export interface Row {
  readonly row: RowName;
  readonly aMiB: number | null;
  readonly bMiB: number | null;
  /** a less b; null where one of them is not known. */
  readonly differenceMiB: number | null;
}

export type Rows = readonly Row[];

/** Less is the grain of the allocator and of the driver. */
export const NOTICED_MIB = 16;

/** A part is a row of its own where both can tell it, else the sum is. Rows that neither knows are left out. */
export function rowsOf(a: Figures, b: Figures): Rows {
  const tensors: readonly RowName[] = bothKnow(a, b, 'weights') ? ['weights', 'activations'] : ['tensors'];
  const outside: readonly RowName[] =
    bothKnow(a, b, 'context') && bothKnow(a, b, 'others') ? ['context', 'others'] : ['outside'];
  const torchIsKnown = bothKnow(a, b, 'tensors');
  const names: readonly RowName[] = [
    'device',
    ...tensors,
    'cache',
    ...outside,
    ...(torchIsKnown ? [] : ['program' as const]),
    'ram',
  ];
  return names.map((row) => rowOf(row, a, b)).filter(({ aMiB, bMiB }) => aMiB !== null || bMiB !== null);
}

function bothKnow(a: Figures, b: Figures, row: RowName): boolean {
  return a[figureOf(row)] !== null && b[figureOf(row)] !== null;
}

function figureOf(row: RowName): keyof Figures {
  return `${row}MiB`;
}

function rowOf(row: RowName, a: Figures, b: Figures): Row {
  const [aMiB, bMiB] = [a[figureOf(row)], b[figureOf(row)]];
  return { row, aMiB, bMiB, differenceMiB: aMiB === null || bMiB === null ? null : aMiB - bMiB };
}
