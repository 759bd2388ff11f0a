/** A whole output of `nvidia-smi --query-gpu=... --format=csv`, of one call or of a loop: what it says in the end. */
import { gravest } from './error-text.ts';
import type { OutputReason } from './error-text.ts';
import { exitReason, exitSpoilsRows } from './exit-codes.ts';
import { normaliseBusId } from '../../../protocol/bus-id.ts';
import { createLineReader } from './line-reader.ts';
import type { GpuRow, RowKey, RowReading } from './rows.ts';

/**
 * `row` is the device's index as the text has it. Where a row's own cannot be read it is the smallest that no other row
 * has: the one missing among the others. Where the text has no indexes at all it is the row's number, counted from 0.
 */
export interface UnusableRow {
  readonly row: number;
  readonly reason: OutputReason;
}

export type GpuOutput =
  | { readonly ok: true; readonly gpus: readonly GpuRow[]; readonly unusable: readonly UnusableRow[] }
  | { readonly ok: false; readonly reason: OutputReason };

interface Entry {
  readonly ordinal: number;
  reading: RowReading;
}

/**
 * Reads text and exit code together, for errors come on stdout, at times with exit code 0.
 * - Usable rows are the answer, unless the call as a whole failed after them (a loop whose driver went away).
 * - Of a device that a loop shows several times the last row counts. Rows that nothing tells apart may be one device's
 *   or many devices', and rows of two machines are of no machine: they are no answer.
 * - Without a usable row the reason is: a failure of the whole call in the text; the rows' own; the exit code's, if
 *   what is printed is nvidia-smi's own or nothing; `no-devices` for a header alone; `bad-output`.
 *
 * Long, for this order of the rules is what there is to read.
 * @param exitCode null where nvidia-smi could not be started.
 */
export function readGpuOutput(text: string, exitCode: number | null): GpuOutput {
  if (exitCode === null) return { ok: false, reason: 'not-started' };
  const readLine = createLineReader();
  const entries = createEntries();
  const failures = new Set<OutputReason>();
  const remarks = new Set<OutputReason>();
  let headerLine: string | null = null;
  let others = 0;
  let ownTexts = 0;
  for (const line of linesOf(text)) {
    const reading = readLine(line);
    switch (reading.kind) {
      case 'header':
        // One after the other are a list of names.
        if (headerLine !== null && headerLine !== line && entries.list().length === 0) others += 1;
        headerLine = line;
        break;
      case 'row':
        entries.add(reading.reading);
        // A loop that reads again has got over it.
        failures.clear();
        break;
      case 'error':
        if (reading.error.scope === 'device') {
          entries.add({
            ok: false,
            key: { index: reading.error.index, uuid: null, busId: reading.error.busId },
            reason: reading.error.reason,
          });
        } else {
          (reading.error.scope === 'all' ? failures : remarks).add(reading.error.reason);
        }
        break;
      case 'other':
        others += 1;
        if (reading.own) ownTexts += 1;
        break;
      case 'blank':
        break;
    }
  }

  const gpus = entries.list().flatMap(({ reading }) => (reading.ok ? [reading.row] : []));
  const unusable = unusableRows(entries.list());
  const byExit = others > 0 && ownTexts === 0 && headerLine === null ? null : exitReason(exitCode);
  const spoiled = failures.size > 0 ? gravest(failures) : exitSpoilsRows(exitCode) ? byExit : null;
  if (gpus.length > 0 && spoiled === null)
    return toldApart(gpus) && !entries.ofSeveralMachines()
      ? { ok: true, gpus, unusable }
      : { ok: false, reason: 'bad-output' };

  const byRows = gravest(unusable.map(({ reason }) => reason));
  // "No devices were found" also follows the errors of the devices that were; a bare "failed to initialize" explains
  // less than the exit code.
  const vague = spoiled === 'no-devices' || spoiled === 'not-available';
  const reason =
    (vague ? (byRows ?? (spoiled === 'not-available' ? byExit : null)) : null) ??
    spoiled ??
    byRows ??
    gravest(remarks) ??
    byExit ??
    (headerLine !== null && others === 0 && exitCode === 0 ? 'no-devices' : 'bad-output');
  return { ok: false, reason };
}

/**
 * A device keeps its name and its size: rows without a key that differ in one of them are of different devices, others
 * may be of one.
 */
function toldApart(rows: readonly GpuRow[]): boolean {
  const keyless = rows
    .filter((row) => keyNames(row).length === 0)
    .map(({ name, totalMiB }) => JSON.stringify([name, totalMiB]));
  return new Set(keyless).size === keyless.length;
}

function unusableRows(entries: readonly Entry[]): UnusableRow[] {
  const taken = new Set(entries.flatMap((entry) => keyOf(entry).index ?? []));
  let free = 0;
  const nextFree = () => {
    while (taken.has(free)) free += 1;
    taken.add(free);
    return free;
  };
  const indexed = taken.size > 0;
  return entries.flatMap(({ ordinal, reading }) => {
    if (reading.ok) return [];
    return [{ row: reading.key.index ?? (indexed ? nextFree() : ordinal), reason: reading.reason }];
  });
}

function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
}

interface Entries {
  add(reading: RowReading): void;
  list(): readonly Entry[];
  ofSeveralMachines(): boolean;
}

/** Rows in the order of their first showing; a row of a device that is there already takes its place. */
function createEntries(): Entries {
  const entries: Entry[] = [];
  const byKey = new Map<string, Entry>();
  const hostnames = new Set<string>();
  let ordinal = 0;
  let changedDevice = false;
  return {
    add(reading) {
      if (reading.ok && reading.row.hostname !== null) hostnames.add(reading.row.hostname);
      const key = reading.ok ? reading.row : reading.key;
      const names = keyNames(key);
      const earlier = names
        .map((name) => byKey.get(name))
        .find((entry) => entry !== undefined && !contradict(keyOf(entry), key));
      if (earlier === undefined) {
        const entry = { ordinal, reading };
        entries.push(entry);
        for (const name of names) byKey.set(name, entry);
      } else {
        changedDevice ||= earlier.reading.ok && reading.ok && isAnother(earlier.reading.row, reading.row);
        earlier.reading = reading;
      }
      ordinal += 1;
    },
    list: () => entries,
    ofSeveralMachines: () => changedDevice || hostnames.size > 1,
  };
}

/** Indexes and bus addresses are the same on many machines; a device keeps its name and its size. */
function isAnother(a: GpuRow, b: GpuRow): boolean {
  if (a.uuid !== null && a.uuid === b.uuid) return false;
  return differ(a.name, b.name) || differ(a.totalMiB, b.totalMiB);
}

function keyOf({ reading }: Entry): RowKey {
  return reading.ok ? reading.row : reading.key;
}

function keyNames({ uuid, busId, index }: RowKey): string[] {
  const names = [];
  if (uuid !== null) names.push(`uuid ${uuid}`);
  if (busId !== null) names.push(`bus ${normaliseBusId(busId)}`);
  if (index !== null) names.push(`index ${index}`);
  return names;
}

function contradict(a: RowKey, b: RowKey): boolean {
  return (
    differ(a.uuid, b.uuid) ||
    differ(a.busId && normaliseBusId(a.busId), b.busId && normaliseBusId(b.busId)) ||
    differ(a.index, b.index)
  );
}

function differ(x: string | number | null, y: string | number | null): boolean {
  return x !== null && y !== null && x !== y;
}
