import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { attentionSchema } from '../../service/protocol/host.ts';
import { ROOT } from '../../tools/node24.mjs';
import { VENV_PYTHON } from '../../tools/setup.mjs';
import { readSection, writeSection } from '../report.ts';
import { hostWith } from './host-file.ts';
import { GOAL_BUDGET, briefTable, worstFigures, type Series } from './report.ts';
import { runAccuracy } from './run.ts';
import { parseTable } from './table.ts';

const MAKER = join(import.meta.dirname, 'variants.py');
const MADE = join(ROOT, '.cache', 'variants');
const SEEDS_EACH = 5;

const variantsSchema = z.array(z.object({ name: z.string(), staticMiB: z.number(), attention: attentionSchema }));

/** One table more in the page's section. */
function sectionWith(section: string, series: Series): string {
  const words =
    'Tables of other precisions, batching and attention on a simulated card (benchmarks/accuracy/variants.py), five seeds each: the worst operation of the worst seed. `-split`: the conditional and the unconditional pass one after the other.';
  return `## Accuracy on other set-ups\n\`npm run bench:accuracy -- --variants\`. ${words}\n\n${briefTable(section, [series])}`;
}

/**
 * Benchmarks tables of other set-ups, each into the page as it is done; on stdout the worst figures of operations and
 * seeds, one that misses its goal with a star.
 */
export function judgeVariants({
  only,
  budget,
  seed,
  noiseMiB,
}: {
  readonly only: string | null;
  readonly budget: number;
  readonly seed: number;
  readonly noiseMiB: number;
}): void {
  const all = variantsSchema.parse(JSON.parse(execFileSync(VENV_PYTHON, [MAKER, '--list'], { encoding: 'utf8' })));
  const named = all.filter(({ name }) => name === only);
  const chosen = named.length > 0 ? named : all.filter(({ name }) => only === null || name.includes(only));
  if (chosen.length === 0)
    throw new Error(`no variant has "${only ?? ''}" in its name; there are ${all.map(({ name }) => name).join(', ')}`);
  const seeds = Array.from({ length: SEEDS_EACH }, (_, i) => seed + i);
  for (const { name, staticMiB, attention } of chosen) {
    const file = join(MADE, `${name}.csv`);
    if (!existsSync(file))
      execFileSync(VENV_PYTHON, [MAKER, '--out', MADE, '--only', name], { stdio: ['ignore', 'ignore', 'inherit'] });
    const rows = parseTable(readFileSync(file, 'utf8'), staticMiB);
    const results = seeds.map(
      (one) =>
        runAccuracy(rows, { table: name, staticMiB, host: hostWith(attention), budget, seed: one, noiseMiB }).result,
    );
    const series: Series = { table: name, budget, results };
    if (budget === GOAL_BUDGET && noiseMiB === 0)
      writeSection('variants', sectionWith(readSection('variants'), series));
    process.stdout.write(
      `${name}\n${worstFigures(series)
        .map((line) => `  ${line}\n`)
        .join('')}`,
    );
  }
}
