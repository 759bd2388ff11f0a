/** What the tab says around a benchmark: before it, and while it runs. */
import type { BenchmarkState, Budget } from '../../../protocol/benchmark.ts';
import { formatMiB, formatMinutes, formatSettings, formatTimeLeft, runsInWords } from '../amounts.ts';
import { OPERATION_NAMES } from '../names.ts';

export const BENCHMARK: string = 'Benchmark';
export const ABOUT_THE_BENCHMARK: string =
  'Generiert Bilder von klein bis groß und misst jedes. Eigene Generierungen warten so lange in der ' +
  'Warteschlange; kein Bild wird gespeichert, Prompt und Einstellungen bleiben, wie sie sind.';
export const RUN_BENCHMARK: string = 'Benchmark starten';
/** As long as it takes on a card in the middle of the range. */
export const MEASURE_THIS_CARD: string = 'Diese Karte messen: 10 s';
export const START_OVER: string = 'Von vorn beginnen';
export const GO_ON: string = 'Weitermachen';
export const CANCEL: string = 'Abbrechen';
export const MAX_IMAGE_SIZE: string = 'Größtes Bild (px)';
export const MAX_BATCH_SIZE: string = 'Größte Batch-Größe';
export const OPERATIONS: string = 'Vorgänge';
export const HOW_MANY_RUNS: string = 'Wie viele Läufe höchstens';
/** Of those that a form offers: a probe has a button of its own. */
export const BUDGET_NAMES: Readonly<Record<Exclude<Budget, 'probe'>, string>> = {
  quick: 'schnell',
  default: 'normal',
  thorough: 'gründlich',
};
export const NOBODY_RUNS_IT: string = 'Nicht verbunden: Im Moment kann kein Benchmark laufen.';
export const CHOOSE_AN_OPERATION: string = 'Mindestens einen Vorgang wählen.';
export const COUNTING_THE_RUNS: string = 'Zählt die Läufe.';

export function resumableInWords({
  runsDone,
  runsPlanned,
}: Readonly<Record<'runsDone' | 'runsPlanned', number>>): string {
  return `Ein Benchmark hielt nach ${runsDone} von ${runsPlanned} Läufen an: dort weitermachen oder von vorn beginnen.`;
}

export function planInWords(runs: number, minutes: number | null): string {
  const count = `Bis zu ${runsInWords(runs)}`;
  return minutes === null
    ? `${count}: einige Minuten bis eine halbe Stunde. Die ersten davon oder "${MEASURE_THIS_CARD}" zeigen, wie lange es dauert.`
    : `${count}, ${formatMinutes(minutes)} nach der Dauer bisheriger Läufe; weniger, wo mehr nichts ändern würde.`;
}

/** `run` is 0 while warming up; `heardOf`: what is told is of before the connection broke. */
export function runInHand(
  {
    run,
    runsPlanned,
    settings,
    capMiB,
  }: Pick<Extract<BenchmarkState, { state: 'running' }>, 'run' | 'runsPlanned' | 'settings' | 'capMiB'>,
  heardOf: boolean,
): string {
  const within = capMiB === null ? '' : `, mit höchstens ${formatMiB(capMiB)}`;
  const what =
    settings === null ? '' : `: ${OPERATION_NAMES[settings.operation]}, ${formatSettings(settings)}${within}`;
  const words =
    run === 0 ? `Aufwärmen, dann bis zu ${runsPlanned} Läufe` : `Lauf ${run} von bis zu ${runsPlanned}${what}`;
  return heardOf ? `${words}, laut letzter Meldung` : words;
}

/** Empty where it is not known. */
export function timeLeftInWords(timeLeftMs: number | null): string {
  return timeLeftMs === null ? '' : `noch ${formatTimeLeft(timeLeftMs)}`;
}
