/**
 * Ctrl-C reaches the demo's whole process group from the terminal, and the demo a second time from `npm run` and
 * tools/run.mjs.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { processesNaming } from '../../../tools/processes.ts';
import { temporaryDir } from '../../service/server/rig.ts';

const DEMO = join(import.meta.dirname, '../../../tools/demo.ts');
const LIMIT_MS = 60_000;

let tmp: ReturnType<typeof temporaryDir>;
let child: ChildProcess;

beforeEach(() => {
  tmp = temporaryDir();
});
afterEach(() => {
  if (child.exitCode === null && child.signalCode === null) pressCtrlC('SIGKILL');
  tmp.remove();
});

function pressCtrlC(signal: NodeJS.Signals = 'SIGINT'): void {
  if (child.pid !== undefined) process.kill(-child.pid, signal);
}

/** Presses Ctrl-C once `words` show; resolves with the exit code and all that was said. */
function interruptedAt(words: string, args: readonly string[]): Promise<{ exitCode: number | null; said: string }> {
  child = spawn(process.execPath, [DEMO, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: tmp.path },
  });
  let said = '';
  let pressed = false;
  const read = (piece: Buffer): void => {
    said += piece.toString();
    if (pressed || !said.includes(words)) return;
    pressed = true;
    pressCtrlC();
    child.kill('SIGINT');
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  return new Promise((resolve) => child.once('close', (exitCode) => resolve({ exitCode, said })));
}

test.each<[string, string, string[], number]>([
  ['while the WebUI starts', 'starting the stand-in', [], 130],
  ['while it waits for a person', 'Ctrl-C ends', [], 0],
  ['in mid-benchmark', 'run 2 of', ['--once', '--json'], 130],
])(
  'a demo that is ended %s leaves no folder and no process',
  async (_when, words, args, exitCode) => {
    const end = await interruptedAt(words, args);
    expect(readdirSync(tmp.path)).toEqual([]);
    expect(await processesNaming(tmp.path)).toEqual([]);
    expect(end.exitCode).toBe(exitCode);
    expect(end.said).not.toMatch(/Traceback|Error|ended with/);
  },
  LIMIT_MS,
);
