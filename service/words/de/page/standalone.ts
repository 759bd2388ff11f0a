/** What the page of `serve --standalone` has beside the tab's own parts. */

export const ESTIMATE_TITLE: string = 'Schätzen';
export const ABOUT_ESTIMATE: string =
  'Für ein Netz und eine Karte nach Wahl, bevor dort etwas gemessen wurde. Die WebUI ist A1111 1.10.1. "Von anderen ' +
  'belegt" ist alles, was nicht PyTorch hat: andere Programme, was der Treiber behält und was CUDA für die WebUI ' +
  'nimmt, auch wenn sonst nichts läuft. Auf keiner Karte ist das also 0.';
export const COMPARE_TITLE: string = 'Vergleichen';
export const ABOUT_COMPARE: string =
  'Zwei Aufnahmen von "headroom record" mit ihren Pfaden, oder Läufe in der Ablage: last, run:ID, settings:512x512.';

/** Labels of the fields. */
export const STANDALONE_FIELDS = {
  network: 'Netz',
  attention: 'Attention',
  cardGiB: 'Karte, GiB',
  width: 'Breite',
  height: 'Höhe',
  batch: 'Batch-Größe',
  otherMiB: 'Von anderen belegt, MiB',
  a: 'A',
  b: 'B',
};

export const ESTIMATE_IT: string = 'Schätzen';
export const COMPARE_THEM: string = 'Vergleichen';
export const NAME_BOTH: string = 'Beide nennen, A und B.';

/** `label`: des Felds. */
export function notAFigureInWords(label: string, least: number, most: number): string {
  return `${label}: eine ganze Zahl von ${least} bis ${most}.`;
}

export const NO_SUCH_CHOICE: string = 'Netz und Attention aus den Listen wählen.';
