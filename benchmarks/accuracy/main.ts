/**
 * `npm run bench:accuracy`: both tables of the repository into benchmarks/README.md.
 * `npm run --silent bench:accuracy -- --table FILE.csv --static-mib N [--attention fused] [--budget 24] [--seed 1] [--noise-mib 0] [--json] [--runs]`:
 * one table, one JSON object on stdout; `--runs` lists the runs and the fit on stderr.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { attentionSchema } from '../../service/protocol/host.ts';
import { writeSection } from '../report.ts';
import { runAccuracy, type AccuracyOptions } from './run.ts';
import { accuracySection } from './section.ts';
import { parseTable } from './table.ts';

function numberOf(name: string, text: string | undefined, otherwise: number | null): number {
  if (text === undefined && otherwise !== null) return otherwise;
  const value = Number(text);
  if (text === undefined || !Number.isFinite(value) || value < 0) throw new Error(`--${name} needs a number that is not negative`);
  return value;
}

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { table: text, 'static-mib': text, attention: text, budget: text, seed: text, 'noise-mib': text, json: { type: 'boolean' }, runs: { type: 'boolean' } },
});
function judgeOne(file: string): void {
  const options: AccuracyOptions = {
    table: basename(file),
    staticMiB: numberOf('static-mib', values['static-mib'], null),
    attention: attentionSchema.parse(values.attention ?? 'fused'),
    budget: numberOf('budget', values.budget, 24),
    seed: numberOf('seed', values.seed, 1),
    noiseMiB: numberOf('noise-mib', values['noise-mib'], 0),
  };
  const { result, fit, replayed } = runAccuracy(parseTable(readFileSync(file, 'utf8'), options.staticMiB), options);
  if (values.runs === true) {
    for (const run of replayed.observations) process.stderr.write(`${JSON.stringify(run)}\n`);
    process.stderr.write(`${JSON.stringify(fit)}\n`);
  }
  process.stdout.write(`${JSON.stringify(result, null, values.json === true ? 0 : 2)}\n`);
}

if (values.table === undefined) writeSection('accuracy', accuracySection());
else judgeOne(values.table);
