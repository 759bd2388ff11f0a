import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHost, staticMiBOf, type TableHost } from './host-file.ts';
import type { BenchmarkOptions } from './options.ts';
import { pooledTable } from './pooled.ts';
import { GOAL_BUDGET, type Series } from './report.ts';
import { runAccuracy } from './run.ts';
import { parseTable, type TableRow } from './table.ts';

const DATA = join(import.meta.dirname, '..', 'data', 'real-allocator');
const SEEDS = 3;

export interface RecordedTable {
  readonly name: string;
  readonly staticMiB: number;
  readonly host: TableHost;
  readonly rows: readonly TableRow[];
}

/** The names of all tables that what a live host reports lies beside. */
export function recordedNames(): string[] {
  return readdirSync(DATA)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => existsSync(join(DATA, `${name}.csv`)))
    .sort();
}

export function recordedTable(name: string): RecordedTable {
  const host = parseHost(readFileSync(join(DATA, `${name}.json`), 'utf8'));
  const staticMiB = staticMiBOf(host);
  if (staticMiB === null) throw new Error(`${name}.json does not tell what is there at idle`);
  return { name, staticMiB, host, rows: parseTable(readFileSync(join(DATA, `${name}.csv`), 'utf8'), staticMiB) };
}

/** Some seeds of one table, from `seed` on. */
function seriesOf({ name, staticMiB, host, rows }: RecordedTable, options: BenchmarkOptions): Series {
  const results = Array.from(
    { length: SEEDS },
    (_, i) => runAccuracy(rows, { table: name, staticMiB, host, ...options, seed: options.seed + i }).result,
  );
  return { table: name, budget: options.budget, results };
}

/** Those with the text in their names, or all, as a table in Markdown. */
export function judgeRecorded({ only, ...options }: BenchmarkOptions & { readonly only: string | null }): string {
  const names = recordedNames();
  const chosen = names.filter((name) => only === null || name.includes(only));
  if (chosen.length === 0)
    throw new Error(`no recorded table has "${only ?? ''}" in its name; there are ${names.join(', ')}`);
  return `${pooledTable(chosen.map((name) => seriesOf(recordedTable(name), options)))}\n`;
}

/** All tables at the default budget, for benchmarks/README.md. */
export function recordedSection(): string {
  return [
    '## Accuracy on recorded tables',
    `\`npm run bench:accuracy -- --recorded\`: a live benchmark of at most ${GOAL_BUDGET} runs answered from what the real PyTorch allocated (benchmarks/data/real-allocator), with what a live host reports beside it; seeds 1 to ${SEEDS}.`,
    'Peaks are judged on the settings that were not run, what is required on all whose need was found and that were not run under a cap. All operations together, mean over the seeds; what misses its goal is set off.',
    'One table alone: `npm run --silent bench:accuracy -- --table FILE.csv --host FILE.json --json`.',
    '',
    judgeRecorded({ only: null, budget: GOAL_BUDGET, seed: 1, noiseMiB: 0 }),
  ].join('\n');
}
