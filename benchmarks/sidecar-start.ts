/** How long the sidecar takes from spawn to listening, and what it weighs when idle. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { summarise, type Row } from './figures.ts';

const SIDECAR = join(import.meta.dirname, '..', 'dist', 'headroom.mjs');
const STARTS = 15;
const IDLE_MS = 3000;

/** RSS of a process in MiB; null where there is no /proc. */
function residentMiB(pid: number): number | null {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Number(kib) / 1024;
  } catch {
    return null;
  }
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) return reject(new Error('the sidecar has no stdout'));
    createInterface({ input: child.stdout }).once('line', () => resolve());
    child.once('exit', (code) => reject(new Error(`the sidecar ended with ${code}`)));
  });
}

async function startOnce(env: NodeJS.ProcessEnv, idleMs: number): Promise<{ startMs: number; rssMiB: number | null }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  const beganMs = performance.now();
  const child = spawn(
    process.execPath,
    [SIDECAR, 'serve', '--data-dir', dataDir, '--parent-pid', String(process.pid)],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
      env,
    },
  );
  try {
    child.stdin?.write(`${randomBytes(32).toString('hex')}\n`);
    await listening(child);
    const startMs = performance.now() - beganMs;
    await new Promise((resolve) => setTimeout(resolve, idleMs));
    return { startMs, rssMiB: residentMiB(child.pid ?? 0) };
  } finally {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end();
    await gone;
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** `env` has the simulated card's nvidia-smi on its PATH, so that idle means sampling once a second. */
export async function measureSidecarStart(env: NodeJS.ProcessEnv): Promise<Row[]> {
  const starts: number[] = [];
  for (let i = 0; i < STARTS; i += 1) starts.push((await startOnce(env, 0)).startMs);
  const resident: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const { rssMiB } = await startOnce(env, IDLE_MS);
    if (rssMiB !== null) resident.push(rssMiB);
  }
  const rows: Row[] = [
    {
      what: 'sidecar from spawn to listening (ms)',
      unit: 'ms',
      figures: summarise(starts),
      goal: 300,
      judged: 'median',
    },
  ];
  if (resident.length > 0) {
    rows.push({
      what: 'sidecar RSS at idle (MiB)',
      unit: 'MiB',
      figures: summarise(resident),
      goal: 90,
      judged: 'median',
    });
  }
  return rows;
}
