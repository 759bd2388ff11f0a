/** Who uses the cards, programs that only draw included: `nvidia-smi -q -d PIDS`. */
import type { Use } from '../../../protocol/holders.ts';
import type { GpuProcess } from '../../../protocol/viewer.ts';
import { programOf } from './compute-apps.ts';
import { readCell } from './cells.ts';
import { readMiB, readName } from './figures.ts';

export const PROCESS_TYPES_ARGS = ['-q', '-d', 'PIDS'] as const;

const USES: Readonly<Record<string, Use>> = { C: 'compute', G: 'graphics', 'C+G': 'both' };
const START = /^\s*Process ID\s*:\s*(\d{1,10})\s*$/;
const FIELD = /^\s*(Type|Name|Used GPU Memory)\s*:\s*(.*?)\s*$/;

/** Of all cards; null where the text is no such list. A process on two cards is told once for each. */
export function readProcessTypes(text: string): GpuProcess[] | null {
  if (!/^\s*Processes\b/m.test(text)) return null;
  const processes: GpuProcess[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line.length > 8192) continue;
    const pid = START.exec(line)?.[1];
    if (pid !== undefined) processes.push({ pid: Number(pid), name: 'unknown', usedMiB: null });
    const [, name = '', value = ''] = FIELD.exec(line) ?? [];
    const last = processes.pop();
    if (last !== undefined) processes.push({ ...last, ...fieldOf(name, value) });
  }
  return processes;
}

function fieldOf(name: string, value: string): Partial<GpuProcess> {
  const cell = readCell(value);
  if (name === 'Type') return USES[value] === undefined ? {} : { use: USES[value] };
  if (cell.kind !== 'value') return {};
  if (name === 'Name') return { name: programOf(readName(cell.text)) };
  return name === 'Used GPU Memory' ? { usedMiB: readMiB(cell.text, null) } : {};
}

/** Of two lists of the same cards: the second has types, and programs that only draw. */
export function mergedProcesses(
  computing: readonly GpuProcess[] | null,
  typed: readonly GpuProcess[] | null,
): GpuProcess[] | null {
  if (computing === null || typed === null) return typed === null ? computing && [...computing] : [...typed];
  const alone = computing.filter(({ pid }) => !typed.some((one) => one.pid === pid));
  return [...typed.map((one) => ({ ...one, usedMiB: one.usedMiB ?? usedIn(computing, one) })), ...alone];
}

function usedIn(processes: readonly GpuProcess[], { pid }: GpuProcess): number | null {
  return processes.find((one) => one.pid === pid)?.usedMiB ?? null;
}
