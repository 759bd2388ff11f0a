import { jsonLine } from './json-line.ts';
import type { Store } from './store.ts';

/** Version of the lines, not of the schema of the database. */
export const EXPORT_VERSION = 1;

/**
 * NDJSON, a line an environment, then a line a run, oldest first; the same store gives the same text. What an import
 * brought says so; all other lines are as they ever were, so that versions that know no such word read them too.
 */
export function* exportLines(store: Pick<Store, 'environments' | 'storedRuns'>): Generator<string> {
  yield jsonLine({ kind: 'headroom-export', version: EXPORT_VERSION });
  for (const { imported, ...known } of store.environments().reverse())
    yield jsonLine({ kind: 'environment', ...known, ...mark(imported) });
  for (const { run, imported } of store.storedRuns()) yield jsonLine({ kind: 'run', run, ...mark(imported) });
}

function mark(imported: boolean): { readonly imported?: true } {
  return imported ? { imported } : {};
}
