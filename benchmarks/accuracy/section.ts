import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seriesTable, type Series } from './report.ts';
import { runAccuracy } from './run.ts';
import { parseTable } from './table.ts';

const DATA = join(import.meta.dirname, '..', 'data', 'vram-trace');
/** Weights and a typical context, as the tables' README gives them. */
const TABLES = [
  { file: 'sd15.csv', staticMiB: 2484 },
  { file: 'sdxl.csv', staticMiB: 7067 },
] as const;
const BUDGETS = [24, 10, 48];
const SEEDS = [1, 2, 3, 4, 5];

/** Runs both tables of the repository at every budget and seed, and sets their figures beside the original method's. */
export function accuracySection(): string {
  const parts = BUDGETS.flatMap((budget) =>
    TABLES.map(({ file, staticMiB }) => {
      const rows = parseTable(readFileSync(join(DATA, file), 'utf8'), staticMiB);
      const results = SEEDS.map((seed) => runAccuracy(rows, { table: file, staticMiB, attention: 'fused', budget, seed, noiseMiB: 0 }).result);
      const series: Series = { table: file, budget, results };
      return `### ${file}, ${budget} runs\n${seriesTable(series)}`;
    }),
  );
  return [
    '## Accuracy',
    `\`npm run bench:accuracy\`: a live benchmark answered from traced tables (benchmarks/data/vram-trace), then all settings that were not run as the test; seeds ${SEEDS.join(', ')}.`,
    'Errors are shares of the true total, weights and context included. Each figure is that of the worst of the four operations: its mean over the seeds, and the worst seed, which is held against the goal. The goals speak of the default budget of 24 runs.',
    'The original is our implementation of its published method, given its full grid of square sizes. Its verdict is that of its estimate times 1.1; its errors are without that factor.',
    'One table alone: `npm run --silent bench:accuracy -- --table FILE.csv --static-mib N --json`.',
    '',
    parts.join('\n\n'),
  ].join('\n');
}
