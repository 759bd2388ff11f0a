/** Who uses a card's memory: `--query-compute-apps`. */
import { at } from '../../../base/at.ts';
import { fileNameOf } from '../../../base/file-name.ts';
import type { GpuProcess } from '../../../protocol/viewer.ts';
import { readCell, splitCells } from './cells.ts';
import { readMiB, readName } from './figures.ts';

export const COMPUTE_APPS_ARGS = [
  '--query-compute-apps=pid,process_name,used_gpu_memory,gpu_uuid',
  '--format=csv,nounits',
] as const;

const NAME = 'process_name';

/**
 * The processes on the device `uuid` (on any, where it is null), or null where the text is no such table. A process's
 * name may hold commas and is not quoted: it is what the other columns leave. `usedMiB` is null where the driver does
 * not say (WDDM, WSL2).
 */
export function readComputeApps(text: string, uuid: string | null): GpuProcess[] | null {
  let columns: string[] | null = null;
  let headerUnit: string | null = null;
  const processes: GpuProcess[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)) {
    if (line.length > 8192) continue;
    const cells = splitCells(line);
    if (columns === null) {
      if (!cells.includes('pid')) continue;
      columns = cells.map((cell) => cell.replace(/ ?\[.*$/s, ''));
      headerUnit = /used_(?:gpu_)?memory ?\[([A-Za-z]+)\]/.exec(line)?.[1] ?? null;
      continue;
    }
    const row = rowOf(columns, cells);
    const pid = row?.get('pid') ?? '';
    if (row === null || !/^\d{1,10}$/.test(pid)) continue;
    const rowUuid = row.get('gpu_uuid') ?? null;
    if (uuid !== null && rowUuid !== null && rowUuid !== uuid) continue;
    const used = readCell(row.get('used_gpu_memory') ?? row.get('used_memory') ?? '');
    const name = readCell(row.get(NAME) ?? row.get('name') ?? '');
    processes.push({
      pid: Number(pid),
      name: name.kind === 'value' ? programOf(readName(name.text)) : 'unknown',
      usedMiB: used.kind === 'value' ? readMiB(used.text, headerUnit) : null,
    });
  }
  return columns === null ? null : processes;
}

/**
 * The program alone: who looks at the page or at a report need not know the person's name that its folders may hold,
 * nor the password that its arguments may. The driver tells what the process calls itself, which with a rewritten title
 * is its whole command line.
 */
export function programOf(name: string): string {
  const windows = /^.*?\.exe(?![^ "])/i.exec(name)?.[0];
  const [path = ''] = windows === undefined ? name.split(/ (?=[-/])/, 1) : [windows];
  const file = fileNameOf(path);
  if (windows !== undefined || path.includes('\\')) return file;
  // A variable that is set for the program may be a password too.
  return /^(\w+)=/.exec(file)?.[1] ?? at(file.split(/,? /, 1), 0);
}

function rowOf(columns: readonly string[], cells: readonly string[]): Map<string, string> | null {
  const surplus = cells.length - columns.length;
  const nameAt = columns.findIndex((column) => column === NAME || column === 'name');
  if (surplus < 0 || (surplus > 0 && nameAt < 0)) return null;
  const nameEnd = nameAt + surplus + 1;
  const fitted =
    surplus === 0
      ? cells
      : [...cells.slice(0, nameAt), cells.slice(nameAt, nameEnd).join(', '), ...cells.slice(nameEnd)];
  return new Map(columns.map((column, place) => [column, at(fitted, place)]));
}
