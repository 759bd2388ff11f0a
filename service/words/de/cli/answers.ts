/** What the command line answers, but for the doctor. */
import type { EstimateResult } from '../../../protocol/estimate.ts';
import { counted, decimal, formatMiB, runsInWords } from '../amounts.ts';
import { spareInWords } from '../estimate.ts';

/** A WebUI that runs, and the folder of its store. */
interface RunningWebui {
  readonly pid: number;
  readonly dataDir: string;
}

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

export const SET_UP: string = 'Konfiguration';
export const VERDICT: string = 'Urteil';
export const INSTEAD: string = 'Stattdessen';

/** `checkpoint` is null where none was loaded. */
export function setUpInWords(checkpoint: string | null, device: string, keyHash: string): string {
  return `${checkpoint ?? 'kein Checkpoint'} auf ${device}, Schlüssel ${keyHash}`;
}

/** A figure in words, and the phase that needs it. */
export function mostlyInWords(figure: string, phase: string): string {
  return `${figure}, am meisten für: ${phase}`;
}

/** Behind the verdict. `lately`: see `latelyInWords`. */
export function marginInWords(result: Estimated, lately: string | null): string {
  const { verdict, required, totalMiB, usableMiB } = result;
  const inAll = usableMiB === totalMiB ? '' : ` (insgesamt ${formatMiB(totalMiB)})`;
  const even = verdict === 'fits' ? `, selbst bei ${formatMiB(required.highMiB)}` : '';
  const margin = `${spareInWords(result)} bei ${formatMiB(usableMiB)} für Programme${inAll}${even}`;
  return lately === null ? margin : `${margin}; ${lately}`;
}

/** `key`: what its key should begin with; null for whichever was last seen. */
export function noSetUpInWords(key: string | null): string {
  return key === null
    ? 'noch keine Konfiguration gesehen. Die WebUI mit Headroom starten und warten, bis ihr Checkpoint geladen ist.'
    : `keine Konfiguration hat einen Schlüssel, der mit "${key}" beginnt.`;
}

/** Einer Konfiguration ohne Lauf, deren WebUI nie in Ruhe gemessen wurde. */
export const OTHERS_NOT_KNOWN: string =
  'was neben der WebUI belegt ist, ist für diese Konfiguration nicht bekannt. Mit --other-mib nennen oder die WebUI kurz laufen lassen.';

/** Einer Tabelle, mit ihren Überschriften. */
export function columnsLeftOutInWords(headings: readonly string[]): string {
  return `Kein Platz hier für: ${headings.join(', ')}. Ein breiteres Terminal hat ihn, ebenso --json.`;
}

export function removedInWords(importedRuns: number): string {
  return `${counted(importedRuns, 'importierter Lauf', 'importierte Läufe')} entfernt.`;
}

export function importedInWords({
  runsAdded,
  runsKnown,
  linesLeftOut,
}: Readonly<Record<'runsAdded' | 'runsKnown' | 'linesLeftOut', number>>): string {
  const leftOut = counted(linesLeftOut, 'Zeile', 'Zeilen');
  return `${runsInWords(runsAdded)} hinzugefügt, ${runsKnown} schon bekannt, ${leftOut} ausgelassen.`;
}

export const MARKED_AS_IMPORTED: string =
  'Sie sind als importiert gekennzeichnet; "headroom forget --imported" entfernt sie.';

/** `problem`: what is wrong with the line, with its place in it. */
export function lineProblemInWords(line: number, problem: string): string {
  return `Zeile ${line}: ${problem}`;
}

export function moreLinesInWords(lines: number): string {
  return `und ${counted(lines, 'weitere Zeile', 'weitere Zeilen')}.`;
}

export function stoppedInWords(line: number): string {
  return `bei Zeile ${line} angehalten: Das ist kein Export.`;
}

export function noExportInWords(file: string): string {
  return `"${file}" sieht nicht wie ein Export von Headroom aus.`;
}

export function laterExportInWords(file: string): string {
  return `"${file}" stammt von einer neueren Version von Headroom: diese aktualisieren. Nichts wurde übernommen.`;
}

/** `some`: a part of it was. */
export function notKeptInWords(some: boolean): string {
  return some
    ? 'nicht alles wurde behalten, weil die Ablage nicht mehr beschreibbar war: noch einmal importieren.'
    : 'nichts wurde behalten.';
}

/** Of one of several set-ups. */
export function ofSetUpInWords(keyHash: string, words: string): string {
  return `Konfiguration ${keyHash}: ${words}`;
}

export const NEEDS_A_TOKEN: string =
  'die erste Zeile auf stdin muss ein Token aus 64 Hexadezimalziffern sein. Im eigenen Terminal --standalone verwenden.';

export function openInWords(address: string): string {
  return `Headroom: ${address} in einem Browser auf diesem Rechner öffnen. Strg+C beendet.`;
}

/** What the lines of a bare `headroom` are of. */
export const STATUS_LABELS: Readonly<Record<'card' | 'webui' | 'store' | 'setUp' | 'next', string>> = {
  card: 'Karte',
  webui: 'WebUI',
  store: 'Ablage',
  setUp: 'Konfiguration',
  next: 'Weiter:',
};

export function runningWebuiInWords(pid: number): string {
  return `läuft, Prozess ${pid}`;
}

/** The first is taken. */
export function severalWebuisInWords([taken, ...others]: readonly RunningWebui[]): string {
  const named = (one: RunningWebui | undefined): string => `Prozess ${one?.pid} (${one?.dataDir})`;
  const rest = others.map(named).join(' oder ');
  return `Mehrere WebUIs laufen. Dies gilt für ${named(taken)}. Für eine andere: --data-dir mit dem Ordner von ${rest}.`;
}

export const NO_WEBUI_RUNS: string = 'keine läuft mit Headroom';

export function runsInStoreInWords(dataDir: string, runs: number): string {
  return `${dataDir}, ${runsInWords(runs)}`;
}

export function noStoreYetInWords(dataDir: string): string {
  return `noch keine in ${dataDir}`;
}

/** What to do next, beside the line to type. */
export const NEXT_STEPS: Readonly<
  Record<'doctor' | 'benchmark' | 'estimate' | 'max' | 'top' | 'page' | 'help', string>
> = {
  doctor: 'warum sich keine Karte auslesen lässt',
  benchmark: 'In der WebUI den Tab Headroom öffnen und auf "Benchmark starten" klicken.',
  estimate: 'ob ein Bild passt',
  max: 'das größte Bild, das passt',
  top: 'wer jetzt Speicher hat',
  page: 'eine Seite im Browser',
  help: 'alle Befehle',
};

/** While an import runs. `ofBytes`: the size of the file; null where it is not known. */
export function readSoFarInWords(bytes: number, ofBytes: number | null): string {
  const read = `${decimal(bytes / BYTES_PER_MIB, 1)} MiB`;
  return ofBytes === null ? `${read} gelesen` : `${read} von ${decimal(ofBytes / BYTES_PER_MIB, 1)} MiB gelesen`;
}

/** While an export runs. */
export function writtenSoFarInWords(lines: number): string {
  return `${counted(lines, 'Zeile', 'Zeilen')} geschrieben`;
}

const BYTES_PER_MIB = 1024 * 1024;
