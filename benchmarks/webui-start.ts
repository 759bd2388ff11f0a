/**
 * What the extension adds to the WebUI's start once Node.js is there: what it does on the main thread, timed inside the
 * stand-in's Python.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../tools/node24.mjs';
import { VENV_PYTHON } from '../tools/setup.mjs';
import { summarise, type Row } from './figures.ts';

const SCRIPT = join(import.meta.dirname, 'webui_start.py');
const ROUNDS = 15;

export async function measureWebuiStart(): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  const extensions = join(folder, 'extensions');
  mkdirSync(extensions);
  symlinkSync(ROOT, join(extensions, 'sd-webui-headroom'), 'junction');
  const env = {
    ...process.env,
    PATH: `${join(process.execPath, '..')}${delimiter}${process.env.PATH ?? ''}`,
    // As for a person, compiled modules are kept, whatever this machine's own setting is.
    PYTHONDONTWRITEBYTECODE: '',
    PYTHONPYCACHEPREFIX: join(folder, 'compiled'),
  };
  const start = async (): Promise<number> => {
    const { stdout } = await promisify(execFile)(VENV_PYTHON, [SCRIPT, extensions, folder], { env });
    const parts = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, number>;
    return Object.values(parts).reduce((sum, ms) => sum + ms, 0);
  };
  try {
    await start(); // finds Node.js once, writes Python's compiled modules
    const added: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) added.push(await start());
    return {
      what: "added to the WebUI's start (ms)",
      unit: 'ms',
      figures: summarise(added),
      goal: 100,
      judged: 'median',
    };
  } finally {
    // The last sidecar may still be closing its store in there.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
