/**
 * From a capture's folder to what is committed: tables, plots, nvidia-smi's outputs, and the section of
 * benchmarks/README.md.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseTable, type TableRow } from '../../accuracy/table.ts';
import { writeSection } from '../../report.ts';
import { MODELS } from '../options.ts';
import { readSmiReport, type SmiReport } from '../parts/smi.ts';
import { readRecords, recordsFile } from '../records.ts';
import { estimatedAgainstMeasured } from './plot.ts';
import { report } from './report.ts';
import { peakPairs, requiredPairs } from './score.ts';
import {
  benchmarkRows,
  captureOf,
  cardRows,
  csv,
  needRows,
  peakRows,
  phaseRows,
  runRows,
  type Capture,
} from './tables.ts';

/** Figures that are no card's (simulated, toy) stay in the capture's own folder. */
export function publish(out: string, root: string): number {
  const captures = MODELS.flatMap((model) => {
    const file = recordsFile(out, model);
    return existsSync(file) ? (captureOf(readRecords(readFileSync(file, 'utf8'))) ?? []) : [];
  });
  const first = captures[0];
  if (first === undefined) {
    process.stderr.write(`there is no capture in ${out}\n`);
    return 1;
  }
  const real = captures.every(({ meta }) => meta.marked === null);
  const card = slug(first.meta.device.name);
  const dataDir = real ? join(root, 'benchmarks', 'data', 'gpu', card) : join(out, 'published');
  const fixturesDir = real ? join(root, 'test', 'fixtures', 'captures', card) : join(out, 'published', 'captures');
  const smi = readSmiReport(out);
  mkdirSync(dataDir, { recursive: true });
  for (const capture of captures) writeModel(dataDir, capture);
  if (smi !== null) writeFixtures(fixturesDir, smi);
  const plotOf = (model: string): string =>
    relative(real ? join(root, 'benchmarks') : dataDir, plotFile(dataDir, model)).replaceAll('\\', '/');
  const text = report({
    card: first.meta.device.name,
    captures,
    smi,
    plotOf,
    tracedOf: (model) => tracedRows(root, model),
  });
  if (real) writeSection(`gpu ${card}`, text);
  else writeFileSync(join(dataDir, 'README.md'), `${text}\n`);
  process.stderr.write(
    `written to ${dataDir}${real ? '' : `, and to nothing that is committed: the figures are ${first.meta.marked ?? 'mixed'}`}\n`,
  );
  return 0;
}

function tracedRows(root: string, model: string): TableRow[] {
  const file = join(root, 'benchmarks', 'data', 'vram-trace', `${model}.csv`);
  return existsSync(file) ? parseTable(readFileSync(file, 'utf8'), 0) : [];
}

function writeModel(dataDir: string, capture: Capture): void {
  const { model, marked, device } = capture.meta;
  const tables = {
    [model]: needRows(capture),
    [`${model}-benchmark`]: benchmarkRows(capture),
    [`${model}-runs`]: runRows(capture),
    [`${model}-phases`]: phaseRows(capture),
    [`${model}-cards`]: cardRows(capture),
    [`${model}-peaks`]: peakRows(capture),
  };
  for (const [name, rows] of Object.entries(tables))
    if (rows.length > 0) writeFileSync(join(dataDir, `${name}.csv`), csv(rows));
  // What identifies this one card is left out.
  const about = {
    ...capture.meta,
    device: { ...device, uuid: null },
    benchmarkMinutes: capture.benchmark?.minutes ?? null,
  };
  writeFileSync(join(dataDir, `${model}.json`), `${JSON.stringify(about, null, 2)}\n`);
  const panels = [
    { title: 'peak', pairs: peakPairs(capture) },
    { title: 'required', pairs: requiredPairs(capture) },
  ];
  writeFileSync(
    plotFile(dataDir, model),
    estimatedAgainstMeasured(`${model} on ${device.name}${marked === null ? '' : `, ${marked}`}`, panels),
  );
}

function plotFile(dataDir: string, model: string): string {
  return join(dataDir, `${model}.svg`);
}

/** One file an output, and what it answered in index.json. */
function writeFixtures(dir: string, smi: SmiReport): void {
  mkdirSync(dir, { recursive: true });
  const index = smi.captures.map(({ name, state, args, exitCode, stdout, stderr, tookMs }) => {
    const file = `${state}-${name}.txt`;
    writeFileSync(join(dir, file), stdout + stderr);
    return { file, args, exitCode, tookMs: Math.round(tookMs) };
  });
  writeFileSync(join(dir, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
