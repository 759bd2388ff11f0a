/** What an import must do with any line: take it over whole, or leave it out with a reason. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLines } from '../../../service/store/export-lines.ts';
import { importLines } from '../../../service/store/import-lines.ts';
import { openStore } from '../../../service/store/store.ts';
import type { Random } from '../random.ts';
import { mutateJson } from './mutate-json.ts';
import { randomRun } from './random-run.ts';

const LINES_OF_ONE_FILE = 500;
/** Not before the last of the random runs. */
const NOW_MS = 1_790_000_000_001;

export interface ImportProblems {
  readonly problems: readonly string[];
  readonly takenOver: number;
}

export async function fuzzImports(n: number, random: Random, place = tmpdir()): Promise<ImportProblems> {
  const problems: string[] = [];
  let takenOver = 0;
  for (let done = 0; done < n; done += LINES_OF_ONE_FILE) {
    const folder = mkdtempSync(join(place, 'headroom-import-'));
    const store = openStore(folder, 1);
    const good = Array.from({ length: 20 }, (_, at) => JSON.stringify({ kind: 'run', run: randomRun(random, at) }));
    const lines = Array.from({ length: Math.min(LINES_OF_ONE_FILE, n - done) }, () =>
      mutateJson(random.pick(good), good, random),
    );
    try {
      const { runsAdded, runsKnown, linesLeftOut } = await importLines(() => store, [lines.join('\n')], {
        nowMs: NOW_MS,
      });
      takenOver += runsAdded;
      const text = [...exportLines(store)].join('');
      const again = text.split('\n').length - 2;
      if (store.notices.length > 0)
        problems.push(`taken over and then not readable: ${store.notices.map(({ code }) => code).join(' ')}`);
      if (again !== runsAdded || runsKnown < 0 || linesLeftOut < 0)
        problems.push(`${runsAdded} runs were taken over, ${again} are there`);
    } catch (error) {
      problems.push(`threw ${String(error)}`);
    } finally {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { problems, takenOver };
}
