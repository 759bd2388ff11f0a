/** Runs the parts of a benchmark one after the other: what one of them cannot measure costs the others nothing. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from './figures.ts';

export type Part = () => Promise<Row[]> | Row[];

export interface Measured {
  readonly rows: readonly Row[];
  readonly failed: readonly { readonly name: string; readonly why: string }[];
}

/** @param limitMs for each part; one that takes longer is given up, and whatever it still does is not waited for. */
export async function runParts(
  parts: ReadonlyMap<string, Part>,
  limitMs: number,
  onPart: (name: string, rows: readonly Row[] | null) => void,
): Promise<Measured> {
  const rows: Row[] = [];
  const failed: { name: string; why: string }[] = [];
  for (const [name, part] of parts) {
    onPart(name, null);
    const measured = await inTime(part, limitMs);
    if (typeof measured === 'string') failed.push({ name, why: measured });
    else {
      rows.push(...measured);
      onPart(name, measured);
    }
  }
  return { rows, failed };
}

/** Its rows, or why there are none. */
async function inTime(part: Part, limitMs: number): Promise<Row[] | string> {
  const ended = new AbortController();
  const late = sleep(limitMs, `it did not end within ${limitMs / 1000} s`, { signal: ended.signal }).catch(
    () => 'its limit was lifted',
  );
  try {
    return await Promise.race([Promise.resolve().then(part), late]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    ended.abort();
  }
}
