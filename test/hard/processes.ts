/**
 * Processes as /proc shows them: what they hold and have used. Linux alone; elsewhere a line says that it was not run.
 */
import { readFileSync, readdirSync } from 'node:fs';

export const HAS_PROC = process.platform === 'linux';
/** The system counts in MiB, the limits of memory are in MB. */
export const MB_PER_MIB = 2 ** 20 / 1e6;

export const NEEDS_PROC = 'needs /proc, as Linux has it';

/** Resident memory in MiB, the pages of the program's own file included; throws where the process is gone. */
export function residentMiB(pid: number): number {
  return mibOf(/^VmRSS:\s+(\d+) kB/m, pid);
}

/** The part of it that is the process's alone: what would be free without it, however many programs run on Node.js. */
export function privateMiB(pid: number): number {
  return mibOf(/^RssAnon:\s+(\d+) kB/m, pid);
}

function mibOf(line: RegExp, pid: number): number {
  const kib = line.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`the process ${pid} is gone`);
  return Number(kib) / 1024;
}

/** Children that have not ended; their own children are not among them. */
export function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => {
    try {
      const [state, ppid] = statOf(pid);
      return Number(ppid) === parent && state !== 'Z';
    } catch {
      return false;
    }
  });
}

/** What /proc tells behind the name (which may hold anything): state, parent, ... */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/**
 * CPU time that the threads of a process have used, in ms, as the scheduler counts it; `stat` counts in ticks of 10 ms,
 * of which half a minute has but 30.
 */
export function cpuMs(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce(
    (sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
    0,
  );
}

export function threadsAndFiles(pid: number): { readonly threads: number; readonly files: number } {
  return { threads: readdirSync(`/proc/${pid}/task`).length, files: readdirSync(`/proc/${pid}/fd`).length };
}

/**
 * Living processes whose environment or command line names `mark`, a folder of one test: children of killed parents
 * too.
 */
export function processesOf(mark: string): { readonly pid: number; readonly commandLine: string }[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.flatMap((pid) => {
    try {
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      // A zombie has neither any more.
      const named =
        commandLine !== '' &&
        (commandLine.includes(mark) || readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark));
      return named && pid !== process.pid ? [{ pid, commandLine }] : [];
    } catch {
      return [];
    }
  });
}

/** Waits until `done`, looking every 20 ms; how long that took in ms, or null where it took longer than `limitMs`. */
export async function timeUntil(done: () => boolean | Promise<boolean>, limitMs: number): Promise<number | null> {
  const startedMs = performance.now();
  for (;;) {
    if (await done()) return performance.now() - startedMs;
    if (performance.now() - startedMs > limitMs) return null;
    await pause(20);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
