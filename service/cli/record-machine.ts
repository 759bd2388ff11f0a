/** What recording touches of the machine, so that tests can put theirs in its place. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { systemClock } from '../base/system-clock.ts';
import { runCommand } from '../memory/sources/command.ts';
import { createTreeReader, type TreeReader } from '../memory/sources/process/tree.ts';
import { chooseSource, createSampler } from '../memory/sources/registry.ts';
import type { Sampler } from '../memory/sources/types.ts';
import { startProgram, type StartProgram } from '../recording/program.ts';
import type { TimedIo } from './io.ts';
import type { Terminal } from './live-line.ts';
import { passSignals } from './signals.ts';

export interface RecordWorld extends TimedIo {
  /** The person's environment, as the program is to have it. */
  readonly ownEnv: Readonly<Record<string, string | undefined>>;
}

export interface RecordMachine {
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
  readonly createSampler: (nvidiaSmi: string | null) => Sampler;
  readonly treeOf: (pid: number) => TreeReader;
  readonly startProgram: StartProgram;
  readonly passSignals: typeof passSignals;
  /** Null where nobody looks. */
  readonly terminal: Terminal | null;
  /** The folder with the hook for Python; null where it is not there. */
  readonly hookFolder: string | null;
}

export function thisMachine({ env }: RecordWorld): RecordMachine {
  const { platform, stderr } = process;
  const clock = systemClock;
  // Beside dist/ in an installed extension; a checkout runs from service/.
  const hookFolder = join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? '../..' : '..', HOOK_FOLDER);
  return {
    clock,
    platform,
    createSampler: (nvidiaSmi) => createSampler(chooseSource(null), { clock, runCommand, nvidiaSmi, platform, env }),
    treeOf: (pid) => createTreeReader(pid, platform, clock, runCommand),
    startProgram,
    passSignals,
    terminal: stderr.isTTY
      ? { columns: stderr.columns || USUAL_COLUMNS, write: (text) => void stderr.write(text) }
      : null,
    hookFolder: existsSync(join(hookFolder, 'sitecustomize.py')) ? hookFolder : null,
  };
}

const HOOK_FOLDER = join('extension', 'record_hook');
/** Of a terminal that does not tell its own. */
const USUAL_COLUMNS = 80;

/** Our folder comes first; an empty PYTHONPATH behind it would mean the current folder. */
export function hookedEnv(env: RecordWorld['ownEnv'], hookFolder: string, torchFolder: string): RecordWorld['ownEnv'] {
  const before = env['PYTHONPATH'];
  const path = before === undefined || before === '' ? hookFolder : `${hookFolder}${delimiter}${before}`;
  return { ...env, PYTHONPATH: path, HEADROOM_TORCH_FOLDER: torchFolder };
}
