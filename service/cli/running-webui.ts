/** The WebUI that Headroom works for now: its sidecar names it on its command line. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** What /proc tells of this user's processes. */
export interface Commands {
  readonly pids: () => readonly number[];
  /** The arguments; empty where they cannot be read. */
  readonly of: (pid: number) => readonly string[];
}

/** null where none runs with this data folder, or the system does not tell. */
export function runningWebui(dataDir: string, commands: Commands = PROC): number | null {
  for (const pid of commands.pids()) {
    const args = commands.of(pid);
    const after = (option: string): string | undefined => args[args.indexOf(option) + 1];
    const [folder, parent] = [after('--data-dir'), after('--parent-pid')];
    if (!args.includes('serve') || !args.includes('--data-dir') || !args.includes('--parent-pid')) continue;
    if (folder !== undefined && resolve(folder) === resolve(dataDir) && /^\d+$/.test(parent ?? ''))
      return Number(parent);
  }
  return null;
}

const PROC: Commands = {
  pids: () => {
    try {
      return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
    } catch {
      return [];
    }
  },
  of: (pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    } catch {
      return [];
    }
  },
};
