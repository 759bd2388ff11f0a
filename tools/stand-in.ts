/**
 * Starts the stand-in WebUI with the simulated card and the real extension, for the demo, the benchmarks and the tests.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './node24.mjs';
import { processesNaming } from './processes.ts';
import { VENV_PYTHON } from './setup.mjs';

export interface StandInOptions {
  readonly cardGb: number;
  readonly port?: number;
  /** Without the extension: for what it adds to a start. */
  readonly withExtension?: boolean;
  /** Folder of the extension; this clone where not given, with what was built last. */
  readonly extensionDir?: string;
  /** Other extensions beside it: folders of test/stand_in/add_ons. */
  readonly addOns?: readonly string[];
  /** Where its data lies and stays, for what outlives a start; a temporary folder where not given. */
  readonly dataDir?: string;
  /** More arguments of test/stand_in/main.py. */
  readonly args?: readonly string[];
  readonly onLine?: (line: string) => void;
  /** Ends the start; it rejects with the signal's reason, and nothing is left of it. */
  readonly signal?: AbortSignal;
}

export interface StandIn {
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  /** From spawn to serving its page. */
  readonly startMs: number;
  /** What it has printed so far. */
  output(): string;
  /** Ends it as Ctrl-C would, waits until its sidecar has ended too, and removes its data where they are temporary. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 5000;
const LOOK_EVERY_MS = 50;

export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  options.signal?.throwIfAborted();
  const { cardGb, port = 0, withExtension = true, extensionDir = ROOT, addOns = [], args = [] } = options;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'headroom-stand-in-'));
  const place = { dataDir, isTemporary: options.dataDir === undefined };
  const extensions = join(dataDir, 'extensions');
  rmSync(extensions, { recursive: true, force: true });
  mkdirSync(extensions, { recursive: true });
  // A junction needs no administrator on Windows; elsewhere the type is ignored.
  if (withExtension) symlinkSync(extensionDir, join(extensions, 'sd-webui-headroom'), 'junction');
  for (const name of addOns) symlinkSync(join(ROOT, 'test/stand_in/add_ons', name), join(extensions, name), 'junction');
  const command = [
    join(ROOT, 'test/stand_in/main.py'),
    '--port',
    String(port),
    '--card',
    String(cardGb),
    '--data-dir',
    dataDir,
    '--api',
    ...args,
  ];
  const startedMs = performance.now();
  const child = spawn(VENV_PYTHON, command, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: pathOfPrograms(), PYTHONUNBUFFERED: '1' },
  });
  const lines: string[] = [];
  try {
    const url = await addressOf(child, lines, options);
    return {
      url,
      pid: child.pid ?? 0,
      dataDir,
      startMs: performance.now() - startedMs,
      output: () => lines.join('\n'),
      stop: () => stop(child, place),
    };
  } catch (error) {
    await stop(child, place);
    throw error;
  }
}

/**
 * The Node.js that runs this is new enough: the extension finds it on PATH, as a person's own would be. The simulated
 * nvidia-smi runs in our own Python at once, where the system's `python3` may be a script that looks for one first.
 */
function pathOfPrograms(): string {
  return [dirname(process.execPath), dirname(VENV_PYTHON), process.env.PATH ?? ''].join(delimiter);
}

function addressOf(
  child: ChildProcess,
  lines: string[],
  { onLine, signal }: Pick<StandInOptions, 'onLine' | 'signal'>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`the stand-in WebUI ${why}:\n${lines.slice(-40).join('\n')}`));
    const timer = setTimeout(() => fail(`did not start within ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
    const read = (line: string) => {
      lines.push(line);
      onLine?.(line);
      const url = /listening on (http:\/\/\S+)/.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null) createInterface({ input: stream }).on('line', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}

async function stop(
  child: ChildProcess,
  { dataDir, isTemporary }: { dataDir: string; isTemporary: boolean },
): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await gone;
    clearTimeout(timer);
  }
  // The sidecar outlives it for a moment, while it closes its store in there.
  const deadlineMs = performance.now() + STOP_LIMIT_MS;
  while ((await processesNaming(dataDir)).length > 0 && performance.now() < deadlineMs) await sleep(LOOK_EVERY_MS);
  if (isTemporary) rmSync(dataDir, { recursive: true, force: true });
}
