/** RAM of the machine, and what programs may be promised of it. */
import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import type { Clock } from '../../base/clock.ts';
import { createDeadline } from '../../base/deadline.ts';
import { BYTES_PER_MIB, KIB_PER_MIB } from '../../base/units.ts';
import { createChildSlot } from '../sources/child-slot.ts';
import type { CommandRunner } from '../sources/command.ts';
import { meminfoMiB } from '../sources/process/memory.ts';
import { commandForTcmalloc } from './get-tcmalloc.ts';

/** Null where the system does not tell. Commit figures only where the system keeps to them. */
export interface MachineRam {
  readonly totalMiB: number;
  readonly availableMiB: number | null;
  readonly commitLimitMiB: number | null;
  readonly committedMiB: number | null;
  /** The command that gets TCMalloc on this system; null where none is known, or needed. */
  readonly commandForTcmalloc: string | null;
}

export type ReadMachineRam = () => Promise<MachineRam>;

const LIMIT_MS = 5_000;
const POWERSHELL = [
  '-NoProfile',
  '-NonInteractive',
  '-Command',
  "Get-CimInstance Win32_OperatingSystem | ForEach-Object { '{0} {1}' -f $_.TotalVirtualMemorySize, " +
    '$_.FreeVirtualMemory }',
];

export function machineRamReader(
  platform: NodeJS.Platform,
  clock: Clock,
  runCommand: CommandRunner,
  readFile: (path: string) => string = (path) => readFileSync(path, 'latin1'),
): ReadMachineRam {
  if (platform === 'linux') return () => Promise.resolve(onLinux(readFile));
  if (platform === 'win32') {
    // A process each: who asks meanwhile shares it.
    let inFlight: Promise<MachineRam> | null = null;
    return () => (inFlight ??= onWindows(clock, runCommand).finally(() => (inFlight = null)));
  }
  return () => Promise.resolve(byNode());
}

/** /proc/meminfo; the limit counts only where overcommit_memory is 2. */
export function onLinux(readFile: (path: string) => string): MachineRam {
  const textOf = (path: string): string => {
    try {
      return readFile(path);
    } catch {
      return '';
    }
  };
  const meminfo = textOf('/proc/meminfo');
  const keepsTo = textOf('/proc/sys/vm/overcommit_memory').trim() === '2';
  return {
    totalMiB: meminfoMiB(meminfo, 'MemTotal') ?? byNode().totalMiB,
    availableMiB: meminfoMiB(meminfo, 'MemAvailable'),
    commitLimitMiB: keepsTo ? meminfoMiB(meminfo, 'CommitLimit') : null,
    committedMiB: keepsTo ? meminfoMiB(meminfo, 'Committed_AS') : null,
    commandForTcmalloc: commandForTcmalloc(textOf('/etc/os-release')),
  };
}

async function onWindows(clock: Clock, runCommand: CommandRunner): Promise<MachineRam> {
  let text = '';
  const child = createChildSlot(clock, runCommand).start('powershell.exe', POWERSHELL, (piece, from) => {
    if (from === 'stdout') text += piece;
  });
  const deadline = createDeadline(clock, LIMIT_MS, () => child.end());
  await child.ended;
  deadline.clear();
  return { ...byNode(), ...readVirtualMemory(text) };
}

/** Two numbers in KiB: what may be promised, and what is left of it. */
export function readVirtualMemory(text: string): Pick<MachineRam, 'commitLimitMiB' | 'committedMiB'> {
  const match = /^\s*(\d{1,14}) (\d{1,14})\s*$/.exec(text);
  if (match === null) return { commitLimitMiB: null, committedMiB: null };
  const [limit, free] = [Number(match[1]) / KIB_PER_MIB, Number(match[2]) / KIB_PER_MIB];
  return { commitLimitMiB: limit, committedMiB: Math.max(0, limit - free) };
}

function byNode(): MachineRam {
  return {
    totalMiB: totalmem() / BYTES_PER_MIB,
    availableMiB: freemem() / BYTES_PER_MIB,
    commitLimitMiB: null,
    committedMiB: null,
    commandForTcmalloc: null,
  };
}
