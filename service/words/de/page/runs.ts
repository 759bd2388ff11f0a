/** What the tab says of runs. */
import type { RowMark, RunRow } from '../../../protocol/viewer.ts';
import { counted, decimal, formatMiB, runsInWords } from '../amounts.ts';
import { OUTCOME_NAMES } from '../names.ts';

export const RUNS: string = 'Läufe';
export const TABLE_OF_RUNS: string = 'Tabelle der Läufe';
export const NO_RUNS: string = 'Noch keine Läufe.';
export const WHAT_BRINGS_RUNS: string = 'Den Benchmark starten; eigene Generierungen kommen von selbst dazu.';
export const ABOUT_CAPS: string =
  '"gelang mit" und "braucht mehr als": Der Benchmark gab diesen Läufen absichtlich weniger Speicher, um das Wenigste ' +
  'zu finden, das genügt.';
export const RUN_HEADINGS: readonly string[] = [
  'Wann',
  'Vorgang',
  'Einstellungen',
  'Ausgang',
  'Geschätzte Spitze',
  'Gemessene Spitze',
  'Abweichung',
  'Dauer',
  'Zählt',
];
export const NO_ESTIMATE: string = 'keine';
export const SAVE_RUNS: string = 'Als CSV speichern';

/** Why a run does not count for the estimates. */
const NOT_COUNTED: Readonly<Record<RowMark, string>> = {
  disturbed: 'ein anderes Programm veränderte inzwischen den Speicher',
  spilled: 'der Treiber vergab System-RAM',
  extras: 'mit mehr als den Einstellungen, etwa ControlNet',
  interrupted: 'vorzeitig beendet',
  'warm-up': 'Aufwärmen',
  'no-samples': 'nichts wurde gemessen',
  outlier: 'weit von der Schätzung entfernt',
  rescued: 'in Kacheln noch einmal dekodiert',
  'cut-off': 'der Sidecar endete in diesem Lauf',
  superseded: 'von vor einem neueren Benchmark',
  'attention-adapts': 'die Attention richtet sich nach dem freien Speicher',
  'webui-adapts': 'die WebUI richtet sich nach dem freien Speicher',
  unsupported: 'die WebUI wird nicht unterstützt',
  contradicted: 'hiesige Läufe widersprechen',
  'own-runs-count': 'hiesige Läufe zählen stattdessen',
};

/** "Aufwärmen: zählt nicht". */
export function countsInWords({ marks }: Pick<RunRow, 'marks'>): string {
  return marks.length === 0 ? 'ja' : `${marks.map((mark) => NOT_COUNTED[mark]).join(', ')}: zählt nicht`;
}

export function cappedInWords(runs: number, folded: boolean): string {
  return folded ? `${runsInWords(runs)} mit Speichergrenze zeigen` : 'Läufe mit Speichergrenze ausblenden';
}

export function whenInWords({ startedAtMs, imported }: RunRow): string {
  const when = new Date(startedAtMs).toLocaleString('de', { dateStyle: 'short', timeStyle: 'short' });
  return imported ? `${when}, importiert` : when;
}

/**
 * A run under a cap was made to find the least memory that is enough: that it failed is no accident, and no fault of
 * the card.
 */
export function outcomeInWords({ outcome, capMiB }: RunRow): string {
  if (capMiB === null) return OUTCOME_NAMES[outcome];
  if (outcome === 'ok') return `gelang mit ${formatMiB(capMiB)}`;
  return outcome === 'oom' ? `braucht mehr als ${formatMiB(capMiB)}` : OUTCOME_NAMES[outcome];
}

/** The peak of a run that ran out of memory is what it had reached, not what it needed; under a cap it says nothing. */
export function measuredInWords(row: RunRow): string {
  if (row.capMiB !== null) return '';
  if (row.webuiPeakMiB === null) return 'nicht gemessen';
  return row.outcome === 'ok' ? formatMiB(row.webuiPeakMiB) : `mindestens ${formatMiB(row.webuiPeakMiB)}`;
}

export function captionOfRuns(shown: number, total: number): string {
  const count = shown < total ? `Die neuesten ${shown} von ${total} Läufen` : `Insgesamt ${runsInWords(total)}`;
  return `${count}, ob sie zählen oder nicht; Speicher stets ohne den CUDA-Kontext und andere Programme`;
}

/** Of so many generations of a person's own `failed` ran out of memory; one at least. */
export function outOfMemoryInWords(
  failed: number,
  of: number,
  lastFailed: boolean,
  estimatedMiB: number | null,
): string {
  if (failed > 1 || !lastFailed) return `Bei ${failed} der letzten ${of} eigenen Generierungen ging der Speicher aus.`;
  const estimated =
    of > 1 || estimatedMiB === null
      ? ''
      : `; geschätzt war eine Spitze von ${formatMiB(estimatedMiB)}, ohne den CUDA-Kontext und andere Programme`;
  return `Bei der letzten eigenen Generierung ging der Speicher aus${estimated}.`;
}

/** `offBy`: of generations of a person's own, in percent, one at least; `someFailed`: others ran out of memory. */
export function accuracyInWords(offBy: readonly number[], someFailed: boolean): string {
  const which = someFailed ? ', soweit gelungen' : '';
  const against = 'geschätzte gegen gemessene Spitze ohne den CUDA-Kontext und andere Programme';
  if (offBy.length === 1)
    return `Die letzte eigene Generierung${which}, ${against}: ${decimal(meanOf(offBy), 1)} % daneben.`;
  return (
    `Die letzten ${offBy.length} eigenen Generierungen${which}, ${against}: im Mittel ` +
    `${decimal(meanOf(offBy), 1)} % daneben, höchstens ${decimal(Math.max(...offBy), 1)} %.`
  );
}

/** `offBy`: of so many runs that count, in percent, one at least. */
export function resultInWords(offBy: readonly number[]): string {
  const most = offBy.length === 1 ? '' : `, höchstens ${decimal(Math.max(...offBy), 1)} %`;
  return (
    `${counted(offBy.length, 'Lauf', 'Läufe')} ohne Speichergrenze hier gemessen: Die geschätzte Spitze, ohne den ` +
    'CUDA-Kontext und andere Programme, lag ' +
    `${offBy.length === 1 ? '' : 'im Mittel '}${decimal(meanOf(offBy), 1)} % daneben${most}.`
  );
}

function meanOf(figures: readonly number[]): number {
  return figures.reduce((sum, one) => sum + one, 0) / figures.length;
}

export const FORGET: string = 'Vergessen';
export const KEEP_THEM: string = 'Behalten';
const FORGETTING = {
  all: ['Diese Läufe vergessen', 'mit diesem Schlüssel'],
  imported: ['Importierte Läufe vergessen', 'mit diesem Schlüssel, die importiert wurden,'],
} as const;

export function forgetInWords(which: keyof typeof FORGETTING): string {
  return FORGETTING[which][0];
}

export function askToForget(which: keyof typeof FORGETTING, runs?: number): string {
  const [ask, made] = FORGETTING[which];
  return runs === undefined ? `${ask}?` : `${runsInWords(runs)} ${made} vergessen? Sie lassen sich nicht zurückholen.`;
}
