/** What the tab says of what was found, and of what stands in the way. */
import type { SourceState } from '../../../protocol/source.ts';
import { formatMiB } from '../amounts.ts';
import { remarkInWords } from '../sources.ts';

export const CONNECTING_TO_THE_WEBUI: string = 'Verbindet sich mit der WebUI.';
export const RESTART: string = 'Neu starten';

export const WHAT_WAS_FOUND: string = 'Was gefunden wurde';
export const CARD: string = 'Karte';
export const COMPUTES_ON: string = 'Rechnet auf';
export const DRIVER: string = 'Treiber';
export const READ_FROM: string = 'Ausgelesen mit';
export const NOT_USED: string = 'Auch da, nicht benutzt';
export const WEBUI: string = 'WebUI';
export const CHECKPOINT: string = 'Checkpoint';
export const NOT_KNOWN: string = 'unbekannt';
export const NOT_KNOWN_YET: string = 'noch unbekannt';
export const NOTHING_SAID_YET: string = 'hat noch nicht gesagt, worauf sie läuft';
export const NONE_LOADED: string = 'keiner geladen';
export const CALIBRATION_KEY: string = 'Kalibrierschlüssel';
export const ABOUT_THE_KEY: string =
  'Alles, was den Speicherbedarf außer Größe und Batch verändert. Läufe mit einem anderen Schlüssel zählen nicht.';

/** "3,0 GiB von 8,0 GiB: 2,3 GiB von der WebUI, 600 MiB von anderen". */
export function memoryInWords({
  usedMiB,
  totalMiB,
  webuiMiB,
  othersMiB,
}: Readonly<Record<'usedMiB' | 'totalMiB' | 'webuiMiB' | 'othersMiB', number | null>>): string {
  if (usedMiB === null) return NOT_KNOWN;
  const of = totalMiB === null ? '' : ` von ${formatMiB(totalMiB)}`;
  const parts = [
    webuiMiB === null ? null : `${formatMiB(webuiMiB)} von der WebUI`,
    othersMiB === null ? null : `${formatMiB(othersMiB)} von anderen`,
  ].filter((part) => part !== null);
  return `${formatMiB(usedMiB)}${of}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

const SOURCES: Readonly<Record<string, string>> = {
  torch: 'torch, in der WebUI',
  process: 'dem Prozess der WebUI selbst',
  none: 'nichts',
};

const HEALTH: Readonly<Record<SourceState['health'], string>> = {
  starting: ', startet',
  ok: '',
  stale: ', kein neuer Messwert',
  unavailable: ', nicht verfügbar',
};

export function sourceInWords({ kind, health, remark }: SourceState): string {
  return `${SOURCES[kind] ?? kind}${HEALTH[health]}${remark === null ? '' : `: ${remarkInWords(remark)}`}`;
}

/** torch leaves out what the driver keeps for itself, so its figure must not pass for the driver's. */
export function torchTotalInWords(totalMiB: number): string {
  return `${formatMiB(totalMiB)} nach der Zählung von torch`;
}

export function versionsInWords(webui: string, webuiVersion: string, torchVersion: string): string {
  return `${webui} ${webuiVersion} mit torch ${torchVersion}`;
}
