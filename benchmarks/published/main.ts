/**
 * `npm run bench:published`: what other people measured on real cards, and reported of them, against what the product
 * says with no run, into benchmarks/README.md.
 * `npm run --silent bench:published -- [--figures FILE.csv] [--reports FILE.csv] [--json]`: the same as one JSON object
 * on stdout, on one line with `--json`; without a FILE the tables of benchmarks/data/published.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSection } from '../report.ts';
import { judgeFigures, type FiguresJudged } from './figures.ts';
import { parseCommand, type Command } from './options.ts';
import { judgeReports, type ReportsJudged } from './reports.ts';
import { figuresResult, reportsResult } from './result.ts';
import { publishedSection } from './section.ts';

const DATA = join(import.meta.dirname, '..', 'data', 'published');

function readFile(file: string): string {
  if (!existsSync(file)) throw new Error(`there is no file ${file}`);
  return readFileSync(file, 'utf8');
}

/** Says of which file something is wrong. */
function judgedFile<T>(file: string, judge: (text: string) => T): T {
  try {
    return judge(readFile(file));
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function judged(
  figures: string | null,
  reports: string | null,
): { readonly figures: FiguresJudged; readonly reports: ReportsJudged } {
  return {
    figures: judgedFile(figures ?? join(DATA, 'figures.csv'), judgeFigures),
    reports: judgedFile(reports ?? join(DATA, 'oom-reports.csv'), judgeReports),
  };
}

function carryOut(command: Command): void {
  if (command.kind === 'section') {
    const all = judged(null, null);
    writeSection('published', publishedSection(all.figures, all.reports));
    return;
  }
  const all = judged(command.figures, command.reports);
  const result = { figures: figuresResult(all.figures), reports: reportsResult(all.reports) };
  process.stdout.write(`${JSON.stringify(result, null, command.oneLine ? 0 : 2)}\n`);
}

const parsed = parseCommand(process.argv.slice(2));
try {
  if (!parsed.ok) throw new Error(parsed.message);
  carryOut(parsed.command);
} catch (error) {
  process.stderr.write(`bench:published: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = parsed.ok ? 1 : 2;
}
