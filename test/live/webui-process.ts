/** One running WebUI: starts it on a free loopback port, waits until it answers, stops it by its pid. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebuiInstall } from './install.ts';
import { at } from '../../service/base/at.ts';
import { freePorts } from '../../tools/free-ports.ts';
import { descendantsOf, stillThere } from '../../tools/processes.ts';
import type { Workspace } from './workspace.ts';

export interface WebuiProcess {
  url: string;
  pid: number;
  /** From spawn to the first answer. */
  startMs: number;
  /** Rejects when it ends, whatever ended it: nothing that waits for it needs to wait any longer. */
  gone: Promise<never>;
  /** Sends the signal; true where it had ended within `limitMs`. */
  end(signal: 'SIGTERM' | 'SIGKILL', limitMs: number): Promise<boolean>;
  /** Whatever it takes; what is left of its children is stopped too. */
  stop(): Promise<void>;
}

const POLL_MS = 250;
const STOP_LIMIT_MS = 5_000;
const TAIL_CHARACTERS = 4_000;

/** With --api a request before this line of its log can crash a starting WebUI. */
const STARTED = 'Startup time:';

export interface StartOptions {
  install: WebuiInstall;
  workspace: Workspace;
  /** Of the WebUI, beside those that keep it to the test's own folders and off the network. */
  flags: readonly string[];
  /** Beside the test's own variables. */
  env?: NodeJS.ProcessEnv;
  limitMs: number;
  /** Handed over before anything is waited for, so that it can be stopped at any time. */
  onSpawn: (process: Pick<WebuiProcess, 'stop'>) => void;
}

/** Rejects with the end of its log where it ends or does not answer in time. */
export async function startWebui({
  install,
  workspace,
  flags,
  env = {},
  limitMs,
  onSpawn,
}: StartOptions): Promise<WebuiProcess> {
  // Somebody else may take it before the WebUI does, and then the WebUI says so.
  const port = at(await freePorts(1), 0);
  const allFlags = [
    ...flags,
    ...['--data-dir', workspace.dataDir, '--ckpt-dir', workspace.checkpointDir, '--port', String(port)],
    ...['--no-download-sd-model', '--do-not-download-clip'],
  ];
  const loggedBefore = workspace.log().length;
  const mayBeAsked = () => !flags.includes('--api') || workspace.log().slice(loggedBefore).includes(STARTED);
  const log = openSync(workspace.logFile, 'a');
  const child = spawn(install.python, ['launch.py'], {
    cwd: install.dir,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      ...environment(workspace),
      ...env,
      COMMANDLINE_ARGS: allFlags.map((flag) => JSON.stringify(flag)).join(' '),
    },
  });
  closeSync(log);
  const running = handle(child, `http://127.0.0.1:${port}/`);
  onSpawn(running);
  const startedMs = performance.now();
  const why = await waitUntilUp(child, running.url, mayBeAsked, limitMs);
  if (why !== null)
    throw new Error(`the WebUI ${why}; the end of its log:\n${workspace.log().slice(-TAIL_CHARACTERS)}`);
  return { ...running, startMs: Math.round(performance.now() - startedMs) };
}

/** No network, and no temporary file outside of the test's own folder. */
function environment({ scratchDir }: Workspace): NodeJS.ProcessEnv {
  return {
    HF_HUB_OFFLINE: '1',
    TRANSFORMERS_OFFLINE: '1',
    GRADIO_ANALYTICS_ENABLED: 'False',
    GRADIO_TEMP_DIR: scratchDir,
    TMPDIR: scratchDir,
    TEMP: scratchDir,
    TMP: scratchDir,
    GIT_TERMINAL_PROMPT: '0',
    PYTHONUNBUFFERED: '1',
    no_proxy: '127.0.0.1,localhost',
  };
}

/** Null once it answers, else why it will not. */
async function waitUntilUp(
  child: ChildProcess,
  url: string,
  mayBeAsked: () => boolean,
  limitMs: number,
): Promise<string | null> {
  const deadlineMs = performance.now() + limitMs;
  let failure: string | null = null;
  child.once('error', (error) => (failure = `could not be started (${error.message})`));
  while (performance.now() < deadlineMs) {
    if (failure !== null) return failure;
    if (hasEnded(child)) return `ended with ${child.exitCode ?? child.signalCode}`;
    if (mayBeAsked() && (await answers(url))) return null;
    await sleep(POLL_MS);
  }
  return `did not answer within ${Math.round(limitMs / 1000)} s`;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(POLL_MS * 20) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function handle(child: ChildProcess, url: string): Omit<WebuiProcess, 'startMs'> {
  const pid = child.pid ?? 0;
  const end: WebuiProcess['end'] = async (signal, limitMs) => {
    if (hasEnded(child)) return true;
    const ended = new Promise<true>((resolve) => child.once('exit', () => resolve(true)));
    child.kill(signal);
    const limit = new AbortController();
    const result = await Promise.race([ended, sleep(limitMs, false, { signal: limit.signal }).catch(() => false)]);
    limit.abort();
    return result;
  };
  const gone = new Promise<never>((_, reject) =>
    child.once('exit', (code, signal) => reject(new Error(`the WebUI ended with ${signal ?? code}`))),
  );
  // Nobody may be waiting.
  gone.catch(() => undefined);
  return {
    url,
    pid,
    gone,
    end,
    stop: async () => {
      if (hasEnded(child) || child.pid === undefined) return;
      const below = await descendantsOf(pid);
      if (!(await end('SIGTERM', STOP_LIMIT_MS))) await end('SIGKILL', STOP_LIMIT_MS);
      for (const left of await stillThere(below)) kill(left.pid);
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
