/**
 * Processes of a WebUI that we started, told apart from later ones that get the same pid by what they were started
 * with.
 */
import { processes } from 'systeminformation';

export interface SeenProcess {
  pid: number;
  commandLine: string;
}

/** All children, their children and so on, as they are now. */
export async function descendantsOf(pid: number): Promise<SeenProcess[]> {
  const { list } = await processes();
  const found: typeof list = [];
  let parents = new Set([pid]);
  while (parents.size > 0) {
    const children = list.filter(({ parentPid, pid: child }) => parents.has(parentPid) && child !== parentPid);
    found.push(...children);
    parents = new Set(children.map((child) => child.pid));
  }
  // `processes` asks the system by a program of its own; that one is this process's child, never the WebUI's.
  return found.map(seen);
}

export async function stillThere(before: readonly SeenProcess[]): Promise<SeenProcess[]> {
  const { list } = await processes();
  const now = new Set(list.filter(({ state }) => state !== 'zombie').map((one) => JSON.stringify(seen(one))));
  return before.filter((one) => now.has(JSON.stringify(one)));
}

/** Those whose command line names `text`, a folder say. */
export async function processesNaming(text: string): Promise<SeenProcess[]> {
  const { list } = await processes();
  return list
    .filter(({ state }) => state !== 'zombie')
    .map(seen)
    .filter(({ commandLine }) => commandLine.includes(text));
}

function seen({ pid, command, params }: { pid: number; command: string; params: string }): SeenProcess {
  return { pid, commandLine: `${command} ${params}`.trim() };
}

/** A sidecar of Headroom: its command line names our bundle. */
export function isSidecar({ commandLine }: SeenProcess): boolean {
  return commandLine.includes('headroom.mjs');
}
