/** The memory of one process and of the machine, cheap enough for 20 Hz where the kernel offers it as a file. */
import { readFileSync } from 'node:fs';
import { KIB_PER_MIB } from '../../../base/units.ts';

export interface ProcessMemory {
  /** Resident set of the process. */
  readonly residentMiB: number;
  /** In use on the whole machine: total less what can be had without swapping. */
  readonly usedMiB: number;
  readonly totalMiB: number;
}

/** Null where the process is gone or does not tell. */
export type ReadProcessMemory = (pid: number) => ProcessMemory | null | Promise<ProcessMemory | null>;

/**
 * Linux: VmRSS of /proc/PID/status and MemTotal, MemAvailable of /proc/meminfo (all in kB of 1024 bytes).
 * Read synchronously: the kernel answers from memory in some 50 us, less than handing it to a thread costs.
 */
export function readProcFiles(pid: number, readFile: (path: string) => string = readText): ProcessMemory | null {
  try {
    const residentMiB = meminfoMiB(readFile(`/proc/${pid}/status`), 'VmRSS');
    const machine = readFile('/proc/meminfo');
    const totalMiB = meminfoMiB(machine, 'MemTotal');
    // Kernels before 3.14 have no MemAvailable.
    const availableMiB = meminfoMiB(machine, 'MemAvailable') ?? meminfoMiB(machine, 'MemFree');
    if (residentMiB === null || totalMiB === null || availableMiB === null) return null;
    return { residentMiB, usedMiB: Math.max(0, totalMiB - availableMiB), totalMiB };
  } catch {
    return null;
  }
}

/** Of the machine, without swapping; null where the system does not offer it as a file. */
export function availableMiB(readFile: (path: string) => string = readText): number | null {
  try {
    return meminfoMiB(readFile('/proc/meminfo'), 'MemAvailable');
  } catch {
    return null;
  }
}

function readText(path: string): string {
  return readFileSync(path, 'latin1');
}

/** Of a line of /proc/meminfo or /proc/PID/status; null where there is none. */
export function meminfoMiB(text: string, name: string): number | null {
  const start = text.startsWith(`${name}:`) ? 0 : text.indexOf(`\n${name}:`) + 1;
  if (start === 0 && !text.startsWith(`${name}:`)) return null;
  const match = /^[^:\n]+:\s*(\d+) kB/.exec(text.slice(start, start + 60));
  return match === null ? null : Number(match[1]) / KIB_PER_MIB;
}
