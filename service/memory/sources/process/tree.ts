/**
 * A process with all that it started: found in /proc where there is one; elsewhere the process alone, which is told.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Clock } from '../../../base/clock.ts';
import type { CommandRunner } from '../command.ts';
import { readProcFiles, type ProcessMemory, type ReadProcessMemory } from './memory.ts';
import { createToolReader } from './tools.ts';

/** `residentMiB` is the sum over the processes: a page that several of them share is counted in each. */
export interface TreeMemory extends ProcessMemory {
  readonly pids: ReadonlySet<number>;
}

/**
 * Null where none of it is there any more, or it does not tell.
 * @param looksNow also for processes that were started since the last look.
 */
export type ReadTreeMemory = (looksNow?: boolean) => TreeMemory | null | Promise<TreeMemory | null>;

export interface TreeReader {
  /** False where only the first process can be seen. */
  readonly seesWholeTree: boolean;
  readonly read: ReadTreeMemory;
}

export function createTreeReader(
  rootPid: number,
  platform: NodeJS.Platform,
  clock: Clock,
  runCommand: CommandRunner,
): TreeReader {
  if (platform === 'linux') return { seesWholeTree: true, read: createProcTree(rootPid, clock) };
  return { seesWholeTree: false, read: aloneReader(rootPid, createToolReader(platform, clock, runCommand)) };
}

function aloneReader(rootPid: number, readMemory: ReadProcessMemory): ReadTreeMemory {
  return async () => {
    const memory = await readMemory(rootPid);
    return memory === null ? null : { ...memory, pids: new Set([rootPid]) };
  };
}

/** Between two looks through all processes: 10 us each, on machines that have hundreds. */
const LOOK_EACH_MS = 500;

/** What /proc tells of who started whom. */
export interface ProcTable {
  readonly pids: () => readonly number[];
  /** Null where the process is gone. */
  readonly stat: (pid: number) => ProcStat | null;
  readonly memory: (pid: number) => ProcessMemory | null;
}

interface ProcStat {
  readonly parentPid: number;
  /** In ticks since the machine started: of two processes with one pid it tells which. */
  readonly startedAt: number;
}

/** One that was seen once stays in the tree, also where its parent ends and init takes its place. */
export function createProcTree(rootPid: number, clock: Clock, table: ProcTable = PROC): ReadTreeMemory {
  let known: ReadonlyMap<number, number> | null = null;
  let lookedAtMs = -Infinity;
  return (looksNow = false) => {
    if (looksNow || clock.monotonicMs() - lookedAtMs >= LOOK_EACH_MS) {
      known = membersOf(rootPid, known, table);
      lookedAtMs = clock.monotonicMs();
    }
    if (known === null) return null;
    const living = [...known.keys()].flatMap((pid) => {
      const memory = table.memory(pid);
      return memory === null ? [] : [{ pid, memory }];
    });
    const [first] = living;
    if (first === undefined) return null;
    return {
      ...first.memory,
      residentMiB: living.reduce((sum, { memory }) => sum + memory.residentMiB, 0),
      pids: new Set(living.map(({ pid }) => pid)),
    };
  };
}

/** Pid to its start: those that are known (null: the first) and still there, and all that descend from them. */
function membersOf(rootPid: number, known: ReadonlyMap<number, number> | null, table: ProcTable): Map<number, number> {
  const stats = new Map(
    table.pids().flatMap((pid) => {
      const stat = table.stat(pid);
      return stat === null ? [] : [[pid, stat] as const];
    }),
  );
  const members = new Map<number, number>();
  const startedBy = Map.groupBy(stats, ([, { parentPid }]) => parentPid);
  const left = [...stats].filter(([pid, { startedAt }]) =>
    known === null ? pid === rootPid : known.get(pid) === startedAt,
  );
  for (let entry = left.pop(); entry !== undefined; entry = left.pop()) {
    const [pid, { startedAt }] = entry;
    if (members.has(pid)) continue;
    members.set(pid, startedAt);
    left.push(...(startedBy.get(pid) ?? []));
  }
  return members;
}

const PROC: ProcTable = {
  pids: () => readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : [])),
  stat: (pid) => {
    try {
      return readStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    } catch {
      return null;
    }
  },
  memory: (pid) => readProcFiles(pid),
};

/** Behind the program's name in brackets, which may hold anything: state, parent, ..., the start as the twentieth. */
export function readStat(text: string): ProcStat | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [parentPid, startedAt] = [Number(fields[1]), Number(fields[19])];
  return Number.isInteger(parentPid) && Number.isInteger(startedAt) ? { parentPid, startedAt } : null;
}
