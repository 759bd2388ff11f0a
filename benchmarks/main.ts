/**
 * `npm run bench [-- NAME ...]`: speed and size, each a median with spread, into benchmarks/README.md; with names,
 * their rows alone, where the others are of the same machine. A part that fails is told and costs the others nothing.
 * Builds are measured as committed. Accuracy has a command of its own, `npm run bench:accuracy`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { endWith } from '../service/cli/ending.ts';
import { startStandIn } from '../tools/stand-in.ts';
import { measureAdvice } from './advice-time.ts';
import { bundleTable } from './bundles.ts';
import { measureEstimator } from './estimator-time.ts';
import { table, withRows, type Row } from './figures.ts';
import { measureGenerateGuard } from './generate-guard.ts';
import { runParts, type Measured, type Part } from './parts.ts';
import { readSection, writeSection } from './report.ts';
import { measureSamplerCpu } from './sampler-cpu.ts';
import { measureSidecarStart } from './sidecar-start.ts';
import { measureSliderLatency } from './slider-latency.ts';
import { measureUnmeasured } from './unmeasured-time.ts';
import { measureWebuiStart } from './webui-start.ts';

const SIMULATED_BIN = join(import.meta.dirname, '..', 'test', 'simulated_card', 'bin');

/** A simulated card kept alive by a stand-in, for what needs nvidia-smi but no WebUI. */
async function withCard<T>(work: (env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  const state = join(folder, 'card.json');
  const standIn = await startStandIn({ cardGb: 8, withExtension: false, args: ['--sim-state', state] });
  try {
    return await work({
      ...process.env,
      PATH: `${SIMULATED_BIN}${delimiter}${process.env.PATH ?? ''}`,
      HEADROOM_SIM_STATE: state,
    });
  } finally {
    await standIn.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const parts = new Map<string, Part>([
  ['estimator', measureEstimator],
  ['unmeasured', measureUnmeasured],
  ['advice', measureAdvice],
  ['sidecar-start', () => withCard(measureSidecarStart)],
  ['sampler-cpu', async () => [await withCard(measureSamplerCpu)]],
  ['webui-start', async () => [await measureWebuiStart()]],
  ['slider-latency', measureSliderLatency],
  ['generate-guard', measureGenerateGuard],
]);
/** Several times what the slowest takes on a slow machine. */
const PART_LIMIT_MS = 30 * 60_000;

function tell(name: string, rows: readonly Row[] | null): void {
  if (rows === null) console.error(`measuring ${name} ...`);
  else console.log(table(rows));
}

/** A whole run replaces all; else rows take the place of their own among those of the same machine. */
function write({ rows, failed }: Measured, all: boolean): void {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}, ${process.platform}; simulated 8 GB card.`;
  const heading = `## Speed and size\n\`npm run bench\` on ${machine}`;
  const written = readSection('speed');
  const sameMachine = written.startsWith(heading);
  if (all && (failed.length === 0 || !sameMachine))
    writeSection('speed', `${heading}\n\n${table(rows)}\n\n${bundleTable()}`);
  else if (sameMachine) writeSection('speed', withRows(written, rows));
  else console.error('benchmarks/README.md is of another machine: nothing was written there.');
}

async function main(named: readonly string[]): Promise<number> {
  const unknown = named.filter((name) => !parts.has(name));
  if (unknown.length > 0) {
    console.error(`No such benchmark: ${unknown.join(', ')}. There are: ${[...parts.keys()].join(', ')}`);
    return 2;
  }
  const chosen = new Map([...parts].filter(([name]) => named.length === 0 || named.includes(name)));
  const measured = await runParts(chosen, PART_LIMIT_MS, tell);
  for (const { name, why } of measured.failed) console.error(`${name} FAILED: ${why}`);
  write(measured, named.length === 0);
  return measured.failed.length === 0 ? 0 : 1;
}

endWith(await main(process.argv.slice(2)));
