/** nvidia-smi watched from outside: what it prints, how often, and what it costs. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { quantile } from 'simple-statistics';

export interface Output {
  readonly args: readonly string[];
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

/** A loop as it ran. `cpuShare` is of one core; null where the system does not tell (no /proc). */
export interface LoopFigures {
  readonly intervalMs: number;
  readonly rows: number;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
  readonly maxMs: number | null;
  readonly cpuShare: number | null;
}

const ENV = { LC_ALL: 'C' };

export function runOnce(file: string, args: readonly string[]): Promise<Output> {
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...ENV } });
    const texts = { stdout: '', stderr: '' };
    for (const from of ['stdout', 'stderr'] as const)
      child[from].on('data', (piece: Buffer) => (texts[from] += piece.toString('utf8')));
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ args, exitCode, ...texts, tookMs: performance.now() - startedMs }));
  });
}

/**
 * Runs a loop for a while; rows count from the second on, for the first waits for the driver. `devices` rows come at a
 * time.
 */
export async function watchLoop(
  file: string,
  args: readonly string[],
  intervalMs: number,
  forMs: number,
  devices: number,
): Promise<LoopFigures & { readonly text: string }> {
  const child = spawn(file, [...args, '-lms', String(intervalMs)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...ENV },
  });
  const arrivals: number[] = [];
  let text = '';
  child.stdout.on('data', (piece: Buffer) => {
    const lines = piece.toString('utf8').split('\n').length - 1;
    for (let line = 0; line < lines; line += 1) arrivals.push(performance.now());
    if (text.length < 4000) text += piece.toString('utf8');
  });
  const gone = new Promise<void>((resolve, reject) => {
    child.once('exit', () => resolve());
    child.once('error', reject);
  });
  await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, forMs))]);
  const cpuMs = cpuMsOf(child.pid ?? 0);
  child.kill('SIGTERM');
  await gone;
  return { intervalMs, ...gapsOf(arrivals, devices), cpuShare: cpuMs === null ? null : cpuMs / forMs, text };
}

/** Times between rounds, from the arrival of each line (the header's first), in ms. */
export function gapsOf(
  arrivals: readonly number[],
  devices: number,
): Pick<LoopFigures, 'rows' | 'medianMs' | 'p95Ms' | 'maxMs'> {
  const rounds = arrivals.slice(1).filter((_at, index) => index % devices === 0);
  const gaps = rounds.slice(1).map((at, index) => at - (rounds[index] ?? at));
  if (gaps.length === 0) return { rows: rounds.length, medianMs: null, p95Ms: null, maxMs: null };
  return { rows: rounds.length, medianMs: quantile(gaps, 0.5), p95Ms: quantile(gaps, 0.95), maxMs: Math.max(...gaps) };
}

/** User and system time of a living process so far; clock ticks are 10 ms on Linux. */
function cpuMsOf(pid: number): number | null {
  try {
    const [, after = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (?=[^)]*$)/);
    const fields = after.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
}

/** CPU of `count` calls in a row, each, by the shell's own count; null where there is no POSIX shell. */
export async function cpuMsOfACall(file: string, args: readonly string[], count: number): Promise<number | null> {
  if (process.platform === 'win32') return null;
  const script = 'n=$0; i=0; while [ $i -lt "$n" ]; do "$@" >/dev/null 2>&1; i=$((i+1)); done; times';
  const { stdout } = await runOnce('/bin/sh', ['-c', script, String(count), file, ...args]);
  const totalMs = childrenMsIn(stdout);
  return totalMs === null ? null : totalMs / count;
}

/** User plus system time of a shell's children, from what `times` prints: its second line, `0m1.23s 0m0.45s`. */
export function childrenMsIn(times: string): number | null {
  const found = [...(times.trim().split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  if (found.length !== 2) return null;
  return found.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0);
}
