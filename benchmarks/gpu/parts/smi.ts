/** Part 1: nvidia-smi as it is on this machine. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from 'simple-statistics';
import { findNvidiaSmi, isExecutableFile } from '../../../service/memory/sources/nvidia-smi/find-binary.ts';
import { COMPUTE_APPS_ARGS } from '../../../service/memory/sources/nvidia-smi/compute-apps.ts';
import { OPTIONAL_FIELDS, queryArgs } from '../../../service/memory/sources/nvidia-smi/fields.ts';
import { createSanitiser } from '../sanitise.ts';
import { cpuMsOfACall, runOnce, watchLoop, type LoopFigures, type Output } from '../smi.ts';
import { lastBefore, startTrace } from '../trace.ts';
import { NOT_FITTED, type Ending, type Work } from './part.ts';

type State = 'idle' | 'load';

export interface SmiReport {
  /** Verbatim, but for what `sanitise.ts` replaces. */
  readonly captures: readonly (Output & { readonly name: string; readonly state: State })[];
  readonly oneShot: readonly {
    readonly state: State;
    readonly n: number;
    readonly medianMs: number;
    readonly p95Ms: number;
    readonly cpuMsEach: number | null;
  }[];
  readonly loops: readonly (LoopFigures & { readonly state: State })[];
  /** From the end of cudaMalloc (or cudaFree) to the reading that shows it; null where none did. */
  readonly lags: readonly {
    readonly intervalMs: number;
    readonly what: 'taken' | 'given back';
    readonly lagMs: number | null;
  }[];
  /** Our sampler's own part of a core at 10 Hz, nvidia-smi's left out. */
  readonly samplerCpuShare: number;
}

export const smiFile = (out: string): string => join(out, 'smi.json');

const LOOPS_MS = [1000, 200, 100, 50, 20];
const LOOP_FOR_MS = 5_000;
const CALLS = 20;
const LAG_INTERVALS_MS = [100, 50, 20];
const LAG_ROUNDS = 5;
const LAG_MIB = 512;
const LAG_LIMIT_MS = 1_500;
const SAMPLER_FOR_MS = 10_000;
const LOAD = { operation: 'txt2img', width: 768, height: 768, batchSize: 2, hires: null } as const;

/** Every command of our sampler, and what an unknown field is answered. */
const COMMANDS: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: 'query', args: queryArgs(OPTIONAL_FIELDS) },
  { name: 'query-mandatory', args: queryArgs([]) },
  ...OPTIONAL_FIELDS.map((field) => ({ name: `query-${field}`, args: queryArgs([field]) })),
  { name: 'compute-apps', args: COMPUTE_APPS_ARGS },
  { name: 'unknown-field', args: ['--query-gpu=index,no.such.field', '--format=csv,nounits'] },
];
const LOOP_ARGS = queryArgs(['memory.reserved']);

export async function smi(work: Work): Promise<Ending> {
  const { options, say } = work;
  if (existsSync(smiFile(options.out))) return 'done';
  const file = findNvidiaSmi({ platform: process.platform, env: process.env, isExecutable: isExecutableFile });
  if (file === null) throw new Error('there is no nvidia-smi here');
  const samplerCpuShare = await samplerCpu(work);
  say(`our sampler at 10 Hz: ${(samplerCpuShare * 100).toFixed(2)} % of a core`);
  const idle = await inState(work, file, 'idle');
  const lags = await measureLags(work);
  const load = await underLoad(work, () => inState(work, file, 'load'));
  const report: SmiReport = {
    captures: [...idle.captures, ...load.captures],
    oneShot: [idle.oneShot, load.oneShot],
    loops: [...idle.loops, ...load.loops],
    lags,
    samplerCpuShare,
  };
  writeFileSync(smiFile(options.out), `${JSON.stringify(report, null, 1)}\n`);
  return 'done';
}

export function readSmiReport(out: string): SmiReport | null {
  return existsSync(smiFile(out)) ? (JSON.parse(readFileSync(smiFile(out), 'utf8')) as SmiReport) : null;
}

async function inState({ say }: Work, file: string, state: State) {
  const sanitise = createSanitiser();
  const clean = (output: Output): Output => ({
    ...output,
    stdout: sanitise(output.stdout),
    stderr: sanitise(output.stderr),
  });
  const captures: SmiReport['captures'][number][] = [];
  for (const { name, args } of COMMANDS) captures.push({ name, state, ...clean(await runOnce(file, args)) });
  const tookMs: number[] = [];
  for (let call = 0; call < CALLS; call += 1) tookMs.push((await runOnce(file, LOOP_ARGS)).tookMs);
  const cpuMsEach = await cpuMsOfACall(file, LOOP_ARGS, CALLS);
  const oneShot = { state, n: CALLS, medianMs: quantile(tookMs, 0.5), p95Ms: quantile(tookMs, 0.95), cpuMsEach };
  say(`${state}: a call takes ${oneShot.medianMs.toFixed(1)} ms`);
  const devices = rowsIn(captures.find(({ name }) => name === 'query-mandatory')?.stdout ?? '');
  const loops: SmiReport['loops'][number][] = [];
  for (const intervalMs of LOOPS_MS) {
    const { text, ...figures } = await watchLoop(file, LOOP_ARGS, intervalMs, LOOP_FOR_MS, devices);
    loops.push({ state, ...figures });
    const lines = text.split('\n').slice(0, 1 + 3 * devices);
    captures.push({
      name: `loop-${intervalMs}`,
      state,
      args: [...LOOP_ARGS, '-lms', String(intervalMs)],
      exitCode: null,
      stdout: sanitise(`${lines.join('\n')}\n`),
      stderr: '',
      tookMs: LOOP_FOR_MS,
    });
    say(
      `${state}: a loop of ${intervalMs} ms comes every ${figures.medianMs?.toFixed(1) ?? '?'} ms, ${((figures.cpuShare ?? 0) * 100).toFixed(1)} % of a core`,
    );
  }
  return { captures, oneShot, loops };
}

/** Lines below the header. */
function rowsIn(text: string): number {
  return Math.max(1, text.trim().split('\n').length - 1);
}

async function underLoad<T>({ rig }: Work, measure: () => Promise<T>): Promise<T> {
  const state = { measuring: true };
  const load = (async () => {
    while (state.measuring) await rig.capture.run(LOAD, null, NOT_FITTED);
  })();
  try {
    return await measure();
  } finally {
    state.measuring = false;
    await load;
  }
}

async function measureLags({ rig, say }: Work): Promise<SmiReport['lags']> {
  const lags: SmiReport['lags'][number][] = [];
  for (const intervalMs of LAG_INTERVALS_MS) {
    const trace = await startTrace(rig.capture.ready.device, rig.capture.pid, intervalMs);
    await sleep(LAG_LIMIT_MS);
    for (let round = 0; round < LAG_ROUNDS; round += 1) {
      const baseMiB = lastBefore(trace.points, Infinity)?.usedMiB ?? 0;
      for (const what of ['taken', 'given back'] as const) {
        const { endedAtMs } = what === 'taken' ? await rig.capture.hold(LAG_MIB) : await rig.capture.release();
        await sleep(LAG_LIMIT_MS / 3 + 3 * intervalMs);
        const shows = (usedMiB: number): boolean => usedMiB - baseMiB > LAG_MIB / 2 === (what === 'taken');
        const first = trace.points.find(({ atMs, usedMiB }) => atMs >= endedAtMs - intervalMs && shows(usedMiB));
        lags.push({ intervalMs, what, lagMs: first === undefined ? null : first.atMs - endedAtMs });
      }
    }
    await trace.stop();
    const some = lags.filter((lag) => lag.intervalMs === intervalMs).flatMap(({ lagMs }) => lagMs ?? []);
    say(`lag at ${intervalMs} ms: median ${some.length === 0 ? '?' : quantile(some, 0.5).toFixed(0)} ms`);
  }
  return lags;
}

async function samplerCpu({ rig }: Work): Promise<number> {
  const trace = await startTrace(rig.capture.ready.device, rig.capture.pid, 100);
  await sleep(2_000);
  const before = process.cpuUsage();
  await sleep(SAMPLER_FOR_MS);
  const { user, system } = process.cpuUsage(before);
  await trace.stop();
  return (user + system) / 1000 / SAMPLER_FOR_MS;
}
