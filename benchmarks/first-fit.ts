/** Time of the first fit of a process, which writes the networks' programs and compiles as it goes. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { recordedTable } from './accuracy/recorded.ts';
import { runAccuracy } from './accuracy/run.ts';
import { summarise, type Row } from './figures.ts';

const PROCESSES = 15;
const TABLE = 'sd1-sdp';
/** As a WebUI with these runs says of itself. */
const KEY = { family: 'sd1', attention: 'sdp', torch: '2.1.2+cu121', dtype_unet: 'float16' };
const CHILD = join(import.meta.dirname, 'first-fit-child.ts');

/** @param budget runs of the benchmark that it fits. */
export function measureFirstFit(budget: number): Row[] {
  const { rows, staticMiB, host } = recordedTable(TABLE);
  const { fit, replayed } = runAccuracy(rows, { table: TABLE, staticMiB, host, budget, seed: 1, noiseMiB: 0 });
  if (fit === null) throw new Error('these runs give a fit');
  const { traits } = fit;
  const firstMs = (key: typeof KEY | null): number =>
    Number(
      execFileSync(process.execPath, [CHILD], {
        input: JSON.stringify({ observations: replayed.observations, traits, key }),
        encoding: 'utf8',
      }),
    );
  const all = Array.from({ length: PROCESSES }, () => ({ hinted: firstMs(KEY), unhinted: firstMs(null) }));
  const row = (what: string, ms: readonly number[]): Row => ({
    what,
    unit: 'ms',
    figures: summarise(ms),
    goal: 200,
    judged: 'median',
  });
  return [
    row(
      'first fit of a process, by what the set-up says of itself (ms)',
      all.map(({ hinted }) => hinted),
    ),
    row(
      'first fit of a process, where it says nothing (ms)',
      all.map(({ unhinted }) => unhinted),
    ),
  ];
}
