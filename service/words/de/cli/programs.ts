/** What `record` and `compare` say of an order, a program and a file. */
import { counted, formatMiB } from '../amounts.ts';

export const COMPARE_NEEDS_TWO: string = 'compare braucht zwei: headroom compare A B.';
export const NO_HOOK: string = 'der Hook für Python fehlt: In einem vollständigen Headroom liegt er neben dist/.';

export const RECORD_NEEDS_A_PROGRAM: string = 'record braucht ein Programm: headroom record -- COMMAND ARGS.';

export function behindTwoHyphensInWords(mistake: string): string {
  return `${mistake} Was zum Programm gehört, steht hinter "--".`;
}

export function intervalInWords(least: number, most: number): string {
  return `--interval-ms muss eine ganze Zahl von ${least} bis ${most} sein.`;
}

export function noSuchRunInWords(name: string): string {
  return name === 'last'
    ? 'noch kein Lauf in der Ablage, also auch kein letzter.'
    : `kein Lauf in der Ablage ist "${name}".`;
}

/** Why a file cannot be compared. */
export function notComparableInWords(file: string, why: 'no-recording' | 'later-version' | 'damaged'): string {
  switch (why) {
    case 'no-recording':
      return `"${file}" ist keine Aufnahme und kein Export mit einem solchen Lauf.`;
    case 'later-version':
      return `"${file}" stammt von einer neueren Version von Headroom: diese aktualisieren.`;
    case 'damaged':
      return `"${file}" ist beschädigt: Eine Zeile in der Mitte ist nicht lesbar.`;
  }
}

export function notRecordedInWords(unwritable: string): string {
  return `${unwritable} Das Programm wurde nicht gestartet.`;
}

export function recordedInWords(file: string): string {
  return `aufgenommen in "${file}".`;
}

export function notWholeInWords(file: string, why: string): string {
  return `die Aufnahme "${file}" ist nicht vollständig: ${why}.`;
}

/** `text`: the system's own. */
export function notStartedInWords(
  command: string,
  reason: 'not-found' | 'not-executable' | 'other',
  text: string,
): string {
  switch (reason) {
    case 'not-found':
      return `ein Programm "${command}" gibt es nicht. Nichts wurde aufgenommen.`;
    case 'not-executable':
      return `"${command}" lässt sich nicht starten: Dieser Benutzer darf es nicht, oder es ist kein Programm. Nichts wurde aufgenommen.`;
    case 'other':
      return `"${command}" ließ sich nicht starten (${text}). Nichts wurde aufgenommen.`;
  }
}

interface Device {
  readonly index: number | null;
  readonly name: string;
  readonly uuid: string | null;
}

export function noSuchDeviceInWords(id: string, devices: readonly Device[]): string {
  const there = devices.map(({ index, name, uuid }) => `${index ?? '?'} (${name}, ${uuid ?? 'keine UUID'})`).join(', ');
  return `ein Gerät "${id}" gibt es nicht; ${devices.length === 0 ? 'es gibt keines' : `es gibt ${there}`}.`;
}

/** What the lines of `headroom top` are of. */
export const TOP_LABELS: Readonly<Record<'minutes' | 'lastRun' | 'cache', string>> = {
  minutes: 'Letzte 5 min',
  lastRun: 'Letzter Lauf',
  cache: 'PyTorch-Cache',
};

export const NO_RUN_YET: string = 'keiner in der Ablage';
export const HOW_TO_END_TOP: string = 'q oder Strg+C beendet';

export function usedOfCard(usedMiB: number, usableMiB: number): string {
  const freeMiB = Math.max(0, usableMiB - usedMiB);
  return `${formatMiB(usedMiB)} von ${formatMiB(usableMiB)} belegt, ${formatMiB(freeMiB)} frei`;
}

/** Of the last minutes. */
export function upToInWords(mostMiB: number): string {
  return `bis zu ${formatMiB(mostMiB)}`;
}

/** Before the last run. */
export function cacheBeforeInWords(cacheMiB: number): string {
  return `${formatMiB(cacheMiB)} von PyTorch gehalten und frei, vor dem letzten Lauf`;
}

export function moreProgramsInWords(programs: number): string {
  return `und ${counted(programs, 'weiteres Programm', 'weitere Programme')}`;
}
