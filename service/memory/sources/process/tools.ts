/** Where there is no /proc: the system's own tool for the process, and Node.js for the machine. */
import { freemem, totalmem } from 'node:os';
import type { Clock } from '../../../base/clock.ts';
import { createChildSlot } from '../child-slot.ts';
import type { CommandRunner } from '../command.ts';
import { createDeadline } from '../../../base/deadline.ts';
import { BYTES_PER_MIB, KIB_PER_MIB } from '../../../base/units.ts';
import type { ProcessMemory, ReadProcessMemory } from './memory.ts';

const LIMIT_MS = 2500;
const MAX_TEXT_CHARACTERS = 10_000;

/**
 * `ps` on macOS and other Unixes, `tasklist` on Windows, for one pid: a process per reading, one at a time; who asks
 * meanwhile shares it.
 */
export function createToolReader(
  platform: NodeJS.Platform,
  clock: Clock,
  runCommand: CommandRunner,
): ReadProcessMemory {
  const slot = createChildSlot(clock, runCommand);
  const read = async (pid: number): Promise<ProcessMemory | null> => {
    const [file, args] =
      platform === 'win32'
        ? (['tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']] as const)
        : (['ps', ['-o', 'rss=', '-p', String(pid)]] as const);
    let text = '';
    const child = slot.start(file, args, (piece) => {
      text = (text + piece).slice(0, MAX_TEXT_CHARACTERS);
    });
    const deadline = createDeadline(clock, LIMIT_MS, () => child.end());
    await child.ended;
    deadline.clear();
    const residentMiB = platform === 'win32' ? readTasklist(text, pid) : readPs(text);
    return residentMiB === null ? null : { residentMiB, ...machineMemory() };
  };
  let inFlight: Promise<ProcessMemory | null> | null = null;
  return (pid) => {
    inFlight ??= read(pid).finally(() => {
      inFlight = null;
    });
    return inFlight;
  };
}

/** `rss=` prints KiB and nothing else. */
export function readPs(text: string): number | null {
  const match = /^\s*(\d{1,12})\s*$/.exec(text);
  return match === null ? null : Number(match[1]) / KIB_PER_MIB;
}

/** `"python.exe","4242","Console","1","1,234,567 K"`; the thousands' separator depends on the language. */
export function readTasklist(text: string, pid: number): number | null {
  const line = text.split(/\r?\n/).find((candidate) => candidate.includes(`"${pid}"`));
  const last = line === undefined ? undefined : /"([^"]*)"\s*$/.exec(line)?.[1];
  const digits = last?.replace(/\D/g, '') ?? '';
  return digits === '' ? null : Number(digits) / KIB_PER_MIB;
}

function machineMemory(): Pick<ProcessMemory, 'usedMiB' | 'totalMiB'> {
  const totalMiB = totalmem() / BYTES_PER_MIB;
  return { totalMiB, usedMiB: totalMiB - freemem() / BYTES_PER_MIB };
}
