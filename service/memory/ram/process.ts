/** What a process has of RAM, and by which library. */
import { readFileSync } from 'node:fs';
import { ALLOCATOR } from '../../hosts/key.ts';
import type { ReadProcessMemory } from '../sources/process/memory.ts';
import { allocatorIn, notPreloaded, variableIn, type AllocatorInUse } from './allocator.ts';

export interface ProcessInRam {
  readonly residentMiB: number | null;
  readonly allocator: AllocatorInUse | null;
  readonly notPreloaded: readonly string[];
  /** PYTORCH_CUDA_ALLOC_CONF and its like, as the process was started. */
  readonly allocConf: string | null;
}

export type ReadProcessInRam = (pid: number) => Promise<ProcessInRam>;

/** Where there is no /proc, or another user's process is asked for, there is no word of the library. */
export function processInRamReader(
  readMemory: ReadProcessMemory,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): ReadProcessInRam {
  const textOf = (path: string): string | null => {
    try {
      return readFile(path);
    } catch {
      return null;
    }
  };
  return async (pid) => {
    const maps = textOf(`/proc/${pid}/maps`);
    const environ = textOf(`/proc/${pid}/environ`) ?? '';
    return {
      residentMiB: (await readMemory(pid))?.residentMiB ?? null,
      allocator: maps === null ? null : allocatorIn(maps),
      notPreloaded: maps === null ? [] : notPreloaded(environ, maps),
      allocConf: ALLOCATOR.map((name) => variableIn(environ, name)).find((value) => value !== null) ?? null,
    };
  };
}
