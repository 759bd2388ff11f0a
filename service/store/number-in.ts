import type { SQLOutputValue } from 'node:sqlite';

/** Of a statement that always gives one row of one number: a count, a pragma. Anything else is a bug of ours. */
export function numberIn(row: Record<string, SQLOutputValue> | undefined): number {
  const [value] = Object.values(row ?? {});
  if (typeof value !== 'number') throw new TypeError('the statement gave no number');
  return value;
}
