/** What the tab says around its curves. */
import type { Operation } from '../../../protocol/settings.ts';
import type { IntervalMiB } from '../../../protocol/estimate.ts';
import { formatInterval, formatMiB } from '../amounts.ts';
import { OPERATION_NAMES } from '../names.ts';

export const MEMORY_AGAINST_SIZE: string = 'Speicher nach Bildgröße';
export const NO_PLOTS: string =
  'Die Diagramme ließen sich nicht laden: javascript/plots/uplot.js der Erweiterung fehlt, oder die WebUI antwortet ' +
  'nicht.';
export const OPERATION: string = 'Vorgang';
export const ABOUT_PEAK: string = 'mit dem Cache, den PyTorch behält';
export const ABOUT_REQUIRED: string = 'das Wenigste, das genügt; entscheidet, ob es passt';
export const LEGEND: string =
  'Alles ohne den CUDA-Kontext und andere Programme; die Anzeige und "Jetzt" zählen sie mit. Bänder: die Spannen. ' +
  'Raute: die Regler in txt2img, wie sie stehen. Punkte: gemessen, mit ihrer Batch-Größe; Ringe: importiert; ' +
  'Kreuze: dort ging der Speicher aus. Nach rechts: Seite eines Quadrats gleicher Fläche; Hires fix von der ' +
  'halben aus. Eine Linie endet, wo die Karte endet: Dort gibt PyTorch seinen Cache zurück, daher geht keine ' +
  'Spitze darüber.';
export const HEAT_TITLE: string = 'Benötigt nach Größe und Batch-Größe';
export const ABOUT_HEAT: string =
  'ohne den CUDA-Kontext und andere Programme; die rote Linie ist die Grenze dessen, was sie jetzt übrig lassen';
export const OVER_THE_EDGE: string = 'darüber';
export const POINT_AT_THE_PLOT: string = 'Für Zahlen auf das Diagramm zeigen oder mit den Pfeiltasten hindurchgehen.';
/** On an axis. */
export const WITHOUT_CONTEXT: string = 'WebUI ohne CUDA-Kontext';

export function noCurvesInWords(operation: Operation): string {
  return `Noch keine Zahlen zu ${OPERATION_NAMES[operation]}: Benchmark starten oder damit ein Bild erzeugen.`;
}

/** "Batch 1", "Batch 1, 2". */
export function lineName(batchSizes: readonly number[]): string {
  return `Batch ${batchSizes.join(', ')}`;
}

export function pxInWords(px: number): string {
  return `${px} px`;
}

export function roomInWords(roomMiB: number): string {
  return `jetzt neben CUDA-Kontext und anderen übrig: ${formatMiB(roomMiB)}`;
}

interface End {
  readonly mib: number;
  readonly px: number | undefined;
}

/** A line from its first size to its last; null where it does not even fit there. */
export function lineInWords(batchSize: number, ends: { readonly from: End; readonly to: End } | null): string {
  if (ends === null) return `Batch-Größe ${batchSize} passt nicht`;
  const [from, to] = [ends.from, ends.to].map(({ mib, px }) => `${formatMiB(mib)} bei ${px} px`);
  return `Batch-Größe ${batchSize} von ${from} bis ${to}`;
}

/** For those who do not see it. `lines`: in words. */
export function plotInWords(
  title: string,
  operation: Operation,
  lines: readonly string[],
  { measured, imported }: Readonly<Record<'measured' | 'imported', number>>,
): string {
  return [
    `${title}: Speicher von ${OPERATION_NAMES[operation]} nach Bildgröße: ${lines.join('; ')}.`,
    ...(measured === 0 ? [] : [`${measured} gemessen.`]),
    ...(imported === 0 ? [] : [`${imported} importiert.`]),
    'Ohne den CUDA-Kontext und andere Programme.',
  ].join(' ');
}

/** Of lines at one size: "1024 px: Batch 1 5,9 GiB (5,7 bis 6,1 GiB)". */
export function valuesInWords(
  sizePx: number,
  lines: readonly { readonly batchSizes: readonly number[]; readonly interval: IntervalMiB | null }[],
): string {
  const told = lines.flatMap(({ batchSizes, interval }) =>
    interval === null ? [] : [`${lineName(batchSizes)} ${formatInterval(interval)}`],
  );
  return `${pxInWords(sizePx)}: ${told.length === 0 ? 'nichts passt' : told.join('; ')}.`;
}
