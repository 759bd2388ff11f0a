/** What the tab says of the device's memory now and in the last minutes. */
import type { LiveRun } from '../../../protocol/live.ts';
import { formatMaybeMiB, formatMiB, formatSettings } from '../amounts.ts';
import { OPERATION_NAMES, OUTCOME_NAMES, VERDICT_NAMES } from '../names.ts';

export const NOW: string = 'Jetzt';
export const LAST_MINUTES: string = 'Belegter Speicher in den letzten fünf Minuten';
export const ABOUT_MARKS: string =
  'Jedes Zeichen ist der Beginn einer Generierung, mit dem Urteil, das die Anzeige damals gab: ein Haken für passt, "!" ' +
  'für knapp, ein Kreuz für passt nicht; ein Strich hatte keines.';
export const CARD_ENDS: string = 'alles, was Programme haben können';
export const WHO_HAS_WHAT: string = 'Wer was hat';

/** Of the bar, beside programs by their own names. */
export const HOLDER_NAMES = {
  weights: 'Gewichte des Checkpoints',
  checkpoints: 'andere Checkpoints',
  left: 'von gescheiterten Generierungen übrig',
  work: 'Bilder in Arbeit und der Rest von PyTorch',
  /** Where the weights are not known. */
  torch: 'alles, was PyTorch benutzt',
  cache: 'Cache von PyTorch, den es auf Anfrage zurückgibt',
  context: 'CUDA-Kontext',
  untold: 'Programme, die der Treiber nicht nennt',
  others: 'alle anderen Programme',
};

export function holderShare(name: string, usedMiB: number | null): string {
  return `${name} ${formatMaybeMiB(usedMiB, '(der Treiber sagt nicht, wie viel)')}`;
}

export function freeInWords(freeMiB: number): string {
  return `frei ${formatMiB(freeMiB)}`;
}

/** "Letzter Lauf: txt2img, 512x512, passt, gelungen, Spitze 3,4 GiB auf dem ganzen Gerät". */
export function lastRunInWords(run: LiveRun): string {
  return `Letzter Lauf: ${runInWords(run)}`;
}

/** "txt2img, 512x512, passt, gelungen, Spitze 3,4 GiB auf dem ganzen Gerät". */
export function runInWords({
  settings,
  verdict,
  outcome,
  peakMiB,
}: Omit<LiveRun, 'runId' | 'startedAtMs' | 'origin'>): string {
  return [
    OPERATION_NAMES[settings.operation],
    formatSettings(settings),
    ...(verdict === null ? [] : [VERDICT_NAMES[verdict]]),
    outcome === null ? 'läuft noch' : OUTCOME_NAMES[outcome],
    ...(peakMiB === null ? [] : [`Spitze ${formatMiB(peakMiB)} auf dem ganzen Gerät`]),
  ].join(', ');
}

/** On the axis of time, which ends now: "-2 min". */
export function beforeNowInWords(seconds: number): string {
  if (seconds === 0) return 'jetzt';
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
