import { expect, test } from '@jest/globals';
import { importLines } from '../../../service/store/import-lines.ts';
import type { Store } from '../../../service/store/store.ts';
import { GOOD_RUNS, hostileFiles } from '../../hard/fuzz/hostile-imports.ts';

const NOW_MS = 1_790_000_000_000;
const files = hostileFiles();

/** Takes runs in and keeps their ids. */
function rememberingStore(): { readonly store: Store; readonly ids: string[] } {
  const ids: string[] = [];
  const store: Partial<Store> = {
    takeOverEnvironments: (environments) => void ids.push(...environments.map(() => 'an environment')),
    takeOverRuns: (runs) => ids.push(...runs.map(({ run }) => run.runId)),
  };
  return { store: store as Store, ids };
}

test('of more than five hundred hostile files none brings anything in, and each is told by the number of its bad line', async () => {
  expect(files.length).toBeGreaterThanOrEqual(500);
  for (const { what, bytes, line } of files) {
    const { store, ids } = rememberingStore();
    const { problems, linesLeftOut } = await importLines(() => store, [bytes.toString('utf8')], { nowMs: NOW_MS });
    expect({ what, ids, linesLeftOut, lines: problems.map((problem) => problem.line) }).toEqual({
      what,
      ids: GOOD_RUNS,
      linesLeftOut: 1,
      lines: [line],
    });
    expect(problems[0]?.problem).toMatch(/^\P{Cc}{3,300}$/u);
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
