/** CPU that the sampler takes in its own process at 10 Hz; the simulated binary is a child and not counted. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { summarise, type Row } from './figures.ts';

const CHILD = join(import.meta.dirname, 'sampler-cpu-child.ts');
const INTERVAL_MS = 100;
const DURATION_MS = 8000;
const ROUNDS = 5;
/** Fewer samples than this share of those due would make the figure look better than it is. */
const ENOUGH = 0.8;

/** `env` has the simulated card's nvidia-smi first on its PATH. */
export async function measureSamplerCpu(env: NodeJS.ProcessEnv): Promise<Row> {
  const shares: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, [CHILD, String(INTERVAL_MS), String(DURATION_MS)], {
      env,
    });
    const { samples, cpuShare } = JSON.parse(stdout) as { samples: number; cpuShare: number };
    if (samples < (ENOUGH * DURATION_MS) / INTERVAL_MS)
      throw new Error(`only ${samples} samples in ${DURATION_MS} ms: the sampler did not run at 10 Hz`);
    shares.push(cpuShare * 100);
  }
  return { what: 'sampler at 10 Hz (% of a core)', unit: '%', figures: summarise(shares), goal: 1, judged: 'median' };
}
