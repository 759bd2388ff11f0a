import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { attentionSchema } from '../../service/protocol/host.ts';
import { ROOT } from '../../tools/node24.mjs';
import { VENV_PYTHON } from '../../tools/setup.mjs';
import { worstFigures, type Series } from './report.ts';
import { runAccuracy } from './run.ts';
import { parseTable } from './table.ts';

const MAKER = join(import.meta.dirname, 'variants.py');
const MADE = join(ROOT, '.cache', 'variants');
const SEEDS_EACH = 5;

const variantsSchema = z.array(z.object({ name: z.string(), staticMiB: z.number(), attention: attentionSchema }));

/** Benchmarks tables of other set-ups; a line a table with the worst figure of operations and seeds, one that misses its goal with a star. */
export function judgeVariants({ only, budget, seed, noiseMiB }: { readonly only: string | null; readonly budget: number; readonly seed: number; readonly noiseMiB: number }): void {
  const all = variantsSchema.parse(JSON.parse(execFileSync(VENV_PYTHON, [MAKER, '--list'], { encoding: 'utf8' })));
  const chosen = all.filter(({ name }) => only === null || name.includes(only));
  if (chosen.length === 0) throw new Error(`no variant has "${only ?? ''}" in its name; there are ${all.map(({ name }) => name).join(', ')}`);
  const seeds = Array.from({ length: SEEDS_EACH }, (_, i) => seed + i);
  for (const { name, staticMiB, attention } of chosen) {
    const file = join(MADE, `${name}.csv`);
    if (!existsSync(file)) execFileSync(VENV_PYTHON, [MAKER, '--out', MADE, '--only', name], { stdio: ['ignore', 'ignore', 'inherit'] });
    const rows = parseTable(readFileSync(file, 'utf8'), staticMiB);
    const results = seeds.map((one) => runAccuracy(rows, { table: name, staticMiB, attention, budget, seed: one, noiseMiB }).result);
    const series: Series = { table: name, budget, results };
    process.stdout.write(`${name}\n${worstFigures(series).map((line) => `  ${line}\n`).join('')}`);
  }
}
