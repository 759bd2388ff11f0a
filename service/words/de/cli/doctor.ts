/** What the doctor says. */
import type { SourceReason } from '../../../protocol/source.ts';
import { formatMaybeMiB, formatMiB, runsInWords } from '../amounts.ts';
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
  machine: 'Rechner',
  graphics: 'Grafik',
  nvidiaSmi: 'nvidia-smi',
  driver: 'Treiber',
  fields: 'Felder',
  card: 'Karte',
  process: 'Prozess',
  processes: 'Prozesse',
  ram: 'RAM',
  webui: 'WebUI',
  advice: 'Rat',
  store: 'Ablage',
  problem: 'Problem',
};

export const ALL_WELL: string = 'Alles in Ordnung.';
export const NOT_TOLD_IN_TIME: string = 'nicht rechtzeitig genannt';
export const NOT_FOUND: string = 'nicht gefunden';
export const PROCESSES_NOT_TOLD: string = 'der Treiber nennt sie nicht';
export const NO_PROCESSES: string = 'keiner, der rechnet';

const NO_TABLE =
  'Es ist keine Tabelle von Geräten und ihrem Speicher (eine Zeile mit Spaltennamen und je Gerät eine Zeile, wie ' +
  'nvidia-smi --query-gpu=index,name,memory.used,memory.total --format=csv sie ausgibt), keine Zeile hat sinnvolle ' +
  'Zahlen, oder nichts darin sagt, von welcher Karte eine Zeile ist.';

/** Of an output of nvidia-smi that somebody sent in. */
export function unreadableOutputInWords(reason: SourceReason): string {
  return `Nicht lesbar (${reason}). ${reason === 'bad-output' ? NO_TABLE : reasonInWords(reason)}`;
}

/** `row`: the device's index, or its row's number from 0. */
export function unusableInWords(row: number, reason: SourceReason): string {
  const why = reason === 'bad-output' ? 'Die Speicherwerte fehlen oder sind nicht sinnvoll.' : reasonInWords(reason);
  return `${row} ist nicht brauchbar (${reason}). ${why}`;
}

export function unusableRowInWords(row: number, reason: SourceReason): string {
  return `Zeile ${unusableInWords(row, reason)}`;
}

export function versionsOfDoctor(headroom: string, node: string): string {
  return `${headroom} mit Node.js ${node}`;
}

interface Machine {
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly ramMiB: number;
}

export function machineInWords({ os, cpu, cores, ramMiB }: Machine): string {
  return `${os}; ${cpu}, ${cores} Kerne; ${formatMiB(ramMiB)} RAM`;
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
    usedMiB === null && totalMiB === null ? 'keine Speicherwerte' : `${amount(usedMiB)} von ${amount(totalMiB)} belegt`;
  const line = [`${index ?? '?'}: ${name ?? 'ohne Namen'}`, memory, uuid ?? 'keine UUID', busId ?? 'keine Bus-ID'];
  const blind = usedMiB === null || totalMiB === null ? `. ${reasonInWords('no-memory-figures')}` : '';
  return `${line.join(', ')}${blind}${inSlices ? ' (MIG: Ihre Teile haben weniger)' : ''}`;
}

/** Without what only a report needs. */
export function cardInBrief({ index, name, usedMiB, totalMiB }: Omit<Card, 'uuid' | 'busId'>): string {
  return `${index ?? '?'}: ${name ?? 'ohne Namen'}, ${amount(usedMiB)} von ${amount(totalMiB)} belegt`;
}

function amount(mib: number | null): string {
  return formatMaybeMiB(mib, 'unbekannt viel');
}

interface StoreFacts {
  readonly path: string;
  readonly state: 'ok' | 'absent' | 'unreadable' | 'damaged' | 'foreign';
  readonly runs: number | null;
  readonly sizeBytes: number | null;
  readonly folderWritable: boolean | null;
}

const STORE_STATES: Readonly<Record<StoreFacts['state'], string>> = {
  ok: 'in Ordnung',
  absent: 'nicht da',
  unreadable: 'nicht lesbar',
  damaged: 'beschädigt',
  foreign: 'von einem anderen Programm',
};

export function storeInWords({ path, state, runs, sizeBytes, folderWritable }: StoreFacts): string {
  const contents =
    runs === null || sizeBytes === null ? '' : `, ${runsInWords(runs)}, ${Math.ceil(sizeBytes / 1024)} KiB`;
  const locked = folderWritable === false ? '; der Ordner ist nicht beschreibbar' : '';
  return `${path}: ${STORE_STATES[state]}${contents}${locked}`;
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
  return `der Speicher von ${cards.length} von ${all} Karten lässt sich nicht auslesen: ${named.join(', ')}.`;
}
