/** What the doctor says. */
import type { SourceReason } from '../../../protocol/source.ts';
import { counted, formatMaybeMiB, formatMiB } from '../amounts.ts';
import { reasonInWords } from '../sources.ts';

/** What its lines are of. */
export const DOCTOR_LABELS: Readonly<
  Record<
    | 'headroom'
    | 'machine'
    | 'graphics'
    | 'nvidiaSmi'
    | 'driver'
    | 'fields'
    | 'card'
    | 'process'
    | 'processes'
    | 'ram'
    | 'webui'
    | 'advice'
    | 'store'
    | 'problem',
    string
  >
> = {
  headroom: 'Headroom',
  machine: 'Machine',
  graphics: 'Graphics',
  nvidiaSmi: 'nvidia-smi',
  driver: 'Driver',
  fields: 'Fields',
  card: 'Card',
  process: 'Process',
  processes: 'Processes',
  ram: 'RAM',
  webui: 'WebUI',
  advice: 'Advice',
  store: 'Store',
  problem: 'Problem',
};

export const ALL_WELL: string = 'All well.';
export const NOT_TOLD_IN_TIME: string = 'did not tell in time';
export const NOT_FOUND: string = 'not found';
export const PROCESSES_NOT_TOLD: string = 'the driver does not say';
export const NO_PROCESSES: string = 'none that computes';

const NO_TABLE =
  'It is no table of devices and their memory (a line of column names and a line for each, as nvidia-smi ' +
  '--query-gpu=index,name,memory.used,memory.total --format=csv prints them), no line of it has figures that ' +
  'make sense, or nothing in its lines says which card each is of.';

/** Of an output of nvidia-smi that somebody sent in. */
export function unreadableOutputInWords(reason: SourceReason): string {
  return `Not readable (${reason}). ${reason === 'bad-output' ? NO_TABLE : reasonInWords(reason)}`;
}

/** `row`: the device's index, or its row's number from 0. */
export function unusableInWords(row: number, reason: SourceReason): string {
  const why = reason === 'bad-output' ? 'Its memory figures are missing or make no sense.' : reasonInWords(reason);
  return `${row} cannot be used (${reason}). ${why}`;
}

export function unusableRowInWords(row: number, reason: SourceReason): string {
  return `Row ${unusableInWords(row, reason)}`;
}

export function versionsOfDoctor(headroom: string, node: string): string {
  return `${headroom} on Node.js ${node}`;
}

interface Machine {
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly ramMiB: number;
}

export function machineInWords({ os, cpu, cores, ramMiB }: Machine): string {
  return `${os}; ${cpu}, ${cores} cores; ${formatMiB(ramMiB)} RAM`;
}

export function graphicsInWords(name: string, vramMiB: number | null): string {
  return vramMiB === null ? name : `${name}, ${formatMiB(vramMiB)}`;
}

interface Card {
  readonly index: number | null;
  readonly name: string | null;
  readonly uuid: string | null;
  readonly busId: string | null;
  readonly usedMiB: number | null;
  readonly totalMiB: number | null;
}

/** `inSlices`: by MIG. */
export function cardInWords({ index, name, uuid, busId, usedMiB, totalMiB }: Card, inSlices = false): string {
  const memory =
    usedMiB === null && totalMiB === null ? 'no memory figures' : `${amount(usedMiB)} of ${amount(totalMiB)} used`;
  const line = [`${index ?? '?'}: ${name ?? 'unnamed'}`, memory, uuid ?? 'no uuid', busId ?? 'no bus id'].join(', ');
  const blind = usedMiB === null || totalMiB === null ? `. ${reasonInWords('no-memory-figures')}` : '';
  return `${line}${blind}${inSlices ? ' (MIG: its slices have less)' : ''}`;
}

/** Without what only a report needs. */
export function cardInBrief({ index, name, usedMiB, totalMiB }: Omit<Card, 'uuid' | 'busId'>): string {
  return `${index ?? '?'}: ${name ?? 'unnamed'}, ${amount(usedMiB)} of ${amount(totalMiB)} used`;
}

function amount(mib: number | null): string {
  return formatMaybeMiB(mib, 'an unknown amount');
}

interface StoreFacts {
  readonly path: string;
  readonly state: 'ok' | 'absent' | 'unreadable' | 'damaged' | 'foreign';
  readonly runs: number | null;
  readonly sizeBytes: number | null;
  readonly folderWritable: boolean | null;
}

export function storeInWords({ path, state, runs, sizeBytes, folderWritable }: StoreFacts): string {
  const contents =
    runs === null || sizeBytes === null ? '' : `, ${counted(runs, 'run')}, ${Math.ceil(sizeBytes / 1024)} KiB`;
  return `${path}: ${state}${contents}${folderWritable === false ? '; the folder cannot be written' : ''}`;
}

export function problemOfAll(reason: SourceReason): string {
  return `${reason}: ${reasonInWords(reason)}`;
}

/** `cards`: those that cannot be read, with the reason of each. */
export function problemOfSome(
  cards: readonly { readonly card: number | null; readonly reason: SourceReason }[],
  all: number,
): string {
  const named = cards.map(({ card, reason }) => `${card ?? '?'} (${reason})`);
  return `the memory of ${cards.length} of ${all} cards cannot be read: ${named.join(', ')}.`;
}
