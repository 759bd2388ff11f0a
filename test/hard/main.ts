/**
 * `npm run test:hard [-- LINE ...]`: what takes too long for `npm test`. Prints a table of figures, and writes the rows
 * of the lines that were run in full into benchmarks/README.md. Exit status 1 where a line does not hold.
 */
import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readSection, writeSection } from '../../benchmarks/report.ts';
import { endWith } from '../../service/cli/ending.ts';
import { USAGE, parseHardArgs, type HardOptions } from './args.ts';
import type { Check, HardContext, HardLine } from './line.ts';
import { mergedTable, rowsOf } from './table.ts';

const LINES = join(import.meta.dirname, 'lines');
const SECTION = 'hard';

async function allLines(): Promise<HardLine[]> {
  const files = readdirSync(LINES).filter((name) => name.endsWith('.ts'));
  const modules = await Promise.all(
    files.map(async (name) => (await import(pathToFileURL(join(LINES, name)).href)) as { line?: HardLine }),
  );
  // A line may keep its helpers beside it; those export no `line`.
  const lines = modules.flatMap(({ line }) => (line === undefined ? [] : [line]));
  return lines.sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}

function contextOf({ share, soakMinutes, seed }: HardOptions, id: string): HardContext {
  return {
    count: (full) => Math.max(1, Math.round(full * share)),
    soakMinutes: Math.max(1, soakMinutes * share),
    seed,
    say: (text) => process.stderr.write(`${id}: ${text}\n`),
  };
}

async function checksOf(line: HardLine, context: HardContext): Promise<readonly Check[]> {
  try {
    return await line.run(context);
  } catch (error) {
    context.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return [
      {
        what: line.holds,
        n: 0,
        passed: false,
        figure: `the test could not be carried out: ${error instanceof Error ? error.message : String(error)}`,
      },
    ];
  }
}

const lines = await allLines();
const parsed = parseHardArgs(
  process.argv.slice(2),
  lines.map(({ id }) => id),
);
if (!parsed.ok) {
  process.stderr.write(`${parsed.message}\n${USAGE}\n`);
  process.exit(2);
}
const { options } = parsed;
const chosen = lines.filter(({ id }) => options.lines.length === 0 || options.lines.includes(id));
const rows = new Map<string, readonly string[]>();
let failed = 0;
for (const line of chosen) {
  process.stderr.write(`== ${line.id}: ${line.holds}\n`);
  const checks = await checksOf(line, contextOf(options, line.id));
  failed += checks.filter(({ passed }) => passed === false).length;
  rows.set(line.id, rowsOf(line.id, checks));
  for (const row of rows.get(line.id) ?? []) process.stderr.write(`${row}\n`);
}
process.stdout.write(`${mergedTable('', rows)}\n`);
if (options.share === 1) {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}, ${process.platform}`;
  const intro = `## What is tried long and often\n\`npm run test:hard\` on ${machine}; simulated card. \`-- LINE ...\` runs some lines and replaces their rows alone.`;
  writeSection(SECTION, `${intro}\n\n${mergedTable(readSection(SECTION), rows)}`);
}
endWith(failed > 0 ? 1 : 0);
