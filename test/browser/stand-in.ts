/** Starts the stand-in WebUI with the extension as the sources stand now, in a folder of its own that goes with it. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundlePage, bundleSidecar } from '../../tools/bundle.ts';
import { VENV_PYTHON } from '../../tools/setup.mjs';

const ROOT = join(import.meta.dirname, '..', '..');
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5000;
/** What the WebUI sees of a clone. */
const SHIPPED = ['scripts', 'extension'];

export interface StandInOptions {
  /** Further flags of test/stand_in/main.py: `['--card', '6', '--pace', '0']`. */
  flags?: readonly string[];
  /** Kept across two starts; a fresh folder that is deleted at the end where not given. */
  dataDir?: string;
  environment?: NodeJS.ProcessEnv;
}

export interface StandIn {
  url: string;
  pid: number;
  dataDir: string;
  /** What it has printed so far. */
  output(): string;
  /** One POST to /stand-in/control; resolves with the state of the simulated card. */
  control(command: Record<string, unknown>): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

async function installExtension(extensionsDir: string): Promise<void> {
  const target = join(extensionsDir, 'sd-webui-headroom');
  for (const folder of ['dist', 'javascript']) mkdirSync(join(target, folder), { recursive: true });
  const sources = { recursive: true, filter: (path: string) => !path.includes('__pycache__') };
  for (const name of SHIPPED) cpSync(join(ROOT, name), join(target, name), sources);
  writeFileSync(join(target, 'dist', 'headroom.mjs'), await bundleSidecar());
  writeFileSync(join(target, 'javascript', 'headroom.js'), await bundlePage());
}

/** The address that it prints; rejects with its output where it ends or takes too long. */
function listening(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const giveUp = (why: string) => reject(new Error(`the stand-in WebUI ${why}:\n${output()}`));
    const limit = setTimeout(() => giveUp('did not start in time'), START_LIMIT_MS);
    child.stdout?.on('data', () => {
      const address = /listening on (http:\S+)/.exec(output())?.[1];
      if (address === undefined) return;
      clearTimeout(limit);
      resolve(address);
    });
    child.once('error', (error) => giveUp(`could not be started (${error.message})`));
    child.once('exit', (code) => giveUp(`ended with ${code}`));
  });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(limit);
}

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const home = mkdtempSync(join(tmpdir(), 'headroom-stand-in-'));
  const dataDir = options.dataDir ?? join(home, 'data');
  const extensionsDir = join(home, 'extensions');
  await installExtension(extensionsDir);
  const python = process.env.HEADROOM_PYTHON ?? VENV_PYTHON;
  const flags = ['--data-dir', dataDir, '--extensions-dir', extensionsDir, ...(options.flags ?? [])];
  const child = spawn(python, [join(ROOT, 'test', 'stand_in', 'main.py'), ...flags], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HEADROOM_NODE: process.execPath, ...options.environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString('utf8')));
  const stop = async () => {
    await stopChild(child);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const url = await listening(child, () => output);
    return {
      url,
      pid: child.pid ?? 0,
      dataDir,
      output: () => output,
      control: (command) => control(url, command),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function control(url: string, command: Record<string, unknown>): Promise<Record<string, unknown>> {
  const answer = await fetch(new URL('/stand-in/control', url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(command),
  });
  if (!answer.ok) throw new Error(`the stand-in WebUI refused ${JSON.stringify(command)}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}
