/** The real sidecar, as the shim starts it; `root` is a clone, or whatever has its dist/. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface SidecarProcess {
  readonly port: number;
  readonly token: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const STOP_LIMIT_MS = 8_000;

/** As in extension/headroom/process/node.py, where it is said why. */
const MALLOC = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '32768' };

export async function startSidecar(
  root: string,
  dataDir: string,
  log: string,
  env = process.env,
): Promise<SidecarProcess> {
  mkdirSync(dataDir, { recursive: true });
  const bundle = join(root, 'dist', 'headroom.mjs');
  const child = spawn(process.execPath, [bundle, 'serve', '--data-dir', dataDir, '--parent-pid', String(process.pid)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...MALLOC, ...env, NODE_OPTIONS: '--no-node-snapshot' },
  });
  child.stderr.on('data', (text: Buffer) => appendFileSync(log, text));
  const token = randomBytes(32).toString('hex');
  child.stdin.write(`${token}\n`);
  const line = await firstLine(child, `the sidecar (${bundle})`);
  return {
    port: (JSON.parse(line) as { port: number }).port,
    token,
    pid: child.pid ?? 0,
    stop: () => endByStdin(child),
  };
}

/** Resolves with the first line of its stdout; rejects where it ends before. */
function firstLine(child: ChildProcess, what: string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${what} ended with ${code} before it was ready`)));
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve);
  });
}

/** End-of-file on stdin tells it to end; SIGKILL where it does not. */
export async function endByStdin(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await gone;
  clearTimeout(timer);
}
