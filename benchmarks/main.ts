/**
 * `npm run bench [-- NAME ...]`: speed and size, each a median with spread, into benchmarks/README.md; with names, their rows alone,
 * where the others are of the same machine. Builds are measured as committed. Accuracy has a command of its own, `npm run bench:accuracy`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { startStandIn } from '../tools/stand-in.ts';
import { bundleTable } from './bundles.ts';
import { measureEstimator } from './estimator-time.ts';
import { table, withRows, type Row } from './figures.ts';
import { readSection, writeSection } from './report.ts';
import { measureSamplerCpu } from './sampler-cpu.ts';
import { measureSidecarStart } from './sidecar-start.ts';
import { measureSliderLatency } from './slider-latency.ts';
import { measureWebuiStart } from './webui-start.ts';

const SIMULATED_BIN = join(import.meta.dirname, '..', 'test', 'simulated_card', 'bin');

/** A simulated card kept alive by a stand-in, for what needs nvidia-smi but no WebUI. */
async function withCard<T>(work: (env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  const state = join(folder, 'card.json');
  const standIn = await startStandIn({ cardGb: 8, withExtension: false, args: ['--sim-state', state] });
  try {
    return await work({ ...process.env, PATH: `${SIMULATED_BIN}${delimiter}${process.env.PATH ?? ''}`, HEADROOM_SIM_STATE: state });
  } finally {
    await standIn.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const parts: Record<string, () => Promise<Row[]> | Row[]> = {
  estimator: measureEstimator,
  'sidecar-start': () => withCard(measureSidecarStart),
  'sampler-cpu': async () => [await withCard(measureSamplerCpu)],
  'webui-start': async () => [await measureWebuiStart()],
  'slider-latency': async () => [await measureSliderLatency()],
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`No such benchmark: ${unknown.join(', ')}. There are: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
const rows: Row[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (named.length > 0 && !named.includes(name)) continue;
  console.error(`measuring ${name} ...`);
  const measured = await measure();
  console.log(table(measured));
  rows.push(...measured);
}
const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}, ${process.platform}; simulated 8 GB card.`;
const heading = `## Speed and size\n\`npm run bench\` on ${machine}`;
const written = readSection('speed');
if (named.length === 0) writeSection('speed', `${heading}\n\n${table(rows)}\n\n${bundleTable()}`);
else if (written.startsWith(heading)) writeSection('speed', withRows(written, rows));
else console.error('benchmarks/README.md is of another machine: nothing was written there.');
