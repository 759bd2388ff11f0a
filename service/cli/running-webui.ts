/** The WebUI that Headroom works for now: its sidecar names it on its command line. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** What /proc tells of this user's processes. */
export interface Commands {
  readonly pids: () => readonly number[];
  /** The arguments; empty where they cannot be read. */
  readonly of: (pid: number) => readonly string[];
}

export interface RunningWebui {
  readonly pid: number;
  /** The folder of its store. */
  readonly dataDir: string;
}

/** Those that a sidecar of this user's works for; none where the system does not tell. */
export function runningWebuis(commands: Commands = PROC): RunningWebui[] {
  return commands.pids().flatMap((pid) => {
    const args = commands.of(pid);
    if (!args.includes('serve') || !args.includes('--data-dir') || !args.includes('--parent-pid')) return [];
    const [dataDir, parent] = [valueOf(args, '--data-dir'), valueOf(args, '--parent-pid')];
    return dataDir !== undefined && /^\d+$/.test(parent ?? '') ? [{ pid: Number(parent), dataDir }] : [];
  });
}

function valueOf(args: readonly string[], option: string): string | undefined {
  return args[args.indexOf(option) + 1];
}

/** The process of the one with this data folder; null where none is among them. */
export function webuiOf(dataDir: string, webuis: readonly RunningWebui[]): number | null {
  return webuis.find((one) => resolve(one.dataDir) === resolve(dataDir))?.pid ?? null;
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
