/**
 * `npm run bench:accuracy`: all tables of the repository into benchmarks/README.md.
 * `npm run bench:accuracy -- --recorded`: those of the real allocator alone; with `--only TEXT` some of them, or with
 * another budget, seed or noise, on stdout.
 * `npm run --silent bench:accuracy -- --table FILE.csv --static-mib N [--attention fused | --host FILE.json]
 * [--budget 24] [--seed 1] [--noise-mib 0] [--json] [--runs]`: one table, one JSON object on stdout, on one line with
 * `--json`; `--runs` lists the runs and the fit on stderr. `--host`: what a live host reports beside it; without
 * `--static-mib` the weights and the context are taken from there.
 * `npm run bench:accuracy -- --variants [--only TEXT] [--budget 24] [--seed 1] [--noise-mib 0]`: tables of other
 * set-ups, made where they are missing (an hour and a half for all), five seeds from `--seed` on, each table a row in
 * benchmarks/README.md; `--only` takes the one of that name, or those with TEXT in theirs.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { writeSection } from '../report.ts';
import { againSection } from './again.ts';
import { hostWith, parseHost, staticMiBOf } from './host-file.ts';
import { parseCommand, type Command } from './options.ts';
import { judgeRecorded, recordedSection } from './recorded.ts';
import { GOAL_BUDGET } from './report.ts';
import { runAccuracy } from './run.ts';
import { accuracySection } from './section.ts';
import { parseTable } from './table.ts';
import { judgeVariants } from './variants.ts';

function readFile(file: string): string {
  if (!existsSync(file)) throw new Error(`there is no file ${file}`);
  return readFileSync(file, 'utf8');
}

/** Says of which file something is wrong. */
function readAs<T>(file: string, read: (text: string) => T): T {
  const text = readFile(file);
  try {
    return read(text);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function judgeOne(command: Extract<Command, { readonly kind: 'table' }>): void {
  const { file, options, oneLine, listRuns } = command;
  const host = 'file' in command.host ? readAs(command.host.file, parseHost) : hostWith(command.host.attention);
  const staticMiB = command.staticMiB ?? staticMiBOf(host);
  if (staticMiB === null) throw new Error('--static-mib is missing: the host does not tell its staticMiB');
  const rows = readAs(file, (text) => parseTable(text, staticMiB));
  const { result, fit, replayed } = runAccuracy(rows, {
    ...options,
    staticMiB,
    host,
    table: basename(file),
  });
  if (listRuns) {
    for (const run of replayed.observations) process.stderr.write(`${JSON.stringify(run)}\n`);
    process.stderr.write(`${JSON.stringify(fit)}\n`);
  }
  process.stdout.write(`${JSON.stringify(result, null, oneLine ? 0 : 2)}\n`);
}

/** All tables as the page has them. */
function isUsual({ only, budget, seed, noiseMiB }: Extract<Command, { readonly kind: 'recorded' }>): boolean {
  return only === null && budget === GOAL_BUDGET && seed === 1 && noiseMiB === 0;
}

function writeRecorded(): void {
  writeSection('recorded', [recordedSection(), againSection()].join('\n'));
}

function carryOut(command: Command): void {
  if (command.kind === 'section') {
    writeRecorded();
    writeSection('accuracy', accuracySection());
  } else if (command.kind === 'recorded' && isUsual(command)) writeRecorded();
  else if (command.kind === 'recorded') process.stdout.write(judgeRecorded(command));
  else if (command.kind === 'variants') judgeVariants(command);
  else judgeOne(command);
}

const parsed = parseCommand(process.argv.slice(2));
try {
  if (!parsed.ok) throw new Error(parsed.message);
  carryOut(parsed.command);
} catch (error) {
  process.stderr.write(`bench:accuracy: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = parsed.ok ? 1 : 2;
}
