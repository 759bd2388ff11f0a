import { hostWith } from './host-file.ts';
import { seriesTable, type Series } from './report.ts';
import { runAccuracy } from './run.ts';
import { tracedTables } from './traced.ts';

const BUDGETS = [24, 10, 48];
const SEEDS = [1, 2, 3, 4, 5];

/** Runs both tables of the repository at every budget and seed, and sets their figures beside the original method's. */
export function accuracySection(): string {
  const tables = tracedTables();
  const parts = BUDGETS.flatMap((budget) =>
    tables.map(({ file, staticMiB, rows }) => {
      const results = SEEDS.map(
        (seed) =>
          runAccuracy(rows, { table: file, staticMiB, host: hostWith('fused'), budget, seed, noiseMiB: 0 }).result,
      );
      const series: Series = { table: file, budget, results };
      return `### ${file}, ${budget} runs\n${seriesTable(series)}`;
    }),
  );
  return [
    '## Accuracy',
    `\`npm run bench:accuracy\`: a live benchmark answered from traced tables (benchmarks/data/vram-trace), then all settings that were not run as the test (what is required also on those whose peaks alone were told); seeds ${SEEDS.join(', ')}.`,
    'Errors are shares of the true total, weights and context included. Each figure is that of the worst of the four operations: its mean over the seeds, and the worst seed, which is held against the goal. The goals speak of the default budget of 24 runs.',
    'The original is our implementation of its published method, given its full grid of square sizes. Its verdict is that of its estimate times 1.1; its errors are without that factor.',
    'One table alone: `npm run --silent bench:accuracy -- --table FILE.csv --static-mib N --json`.',
    '',
    parts.join('\n\n'),
  ].join('\n');
}
