import type { Store } from './store.ts';

/** Version of the lines, not of the schema of the database. */
export const EXPORT_VERSION = 1;

/** NDJSON, a line an environment, then a line a run, oldest first; the same store gives the same text. */
export function* exportLines(store: Pick<Store, 'environments' | 'allRuns'>): Generator<string> {
  yield line({ kind: 'headroom-export', version: EXPORT_VERSION });
  for (const known of store.environments().reverse()) yield line({ kind: 'environment', ...known });
  for (const run of store.allRuns()) yield line({ kind: 'run', run });
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
