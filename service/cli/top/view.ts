/** A snapshot and the minutes before it as lines of a terminal. Pure. */
import * as words from '../../words/index.ts';
import { inColumns, type Entry } from '../columns.ts';
import { oneLine } from '../discreet.ts';
import { toned, type Look, type Tone } from '../look.ts';
import { cutTo, padTo, textWidth } from '../text-width.ts';
import type { Snapshot } from './snapshot.ts';

const USUAL_COLUMNS = 80;
const WIDEST = 100;
const LABELS = 13;

export function topLines(snapshot: Snapshot, history: readonly number[], look: Look): string[] {
  const columns = Math.min(look.columns ?? USUAL_COLUMNS, WIDEST);
  const { card, lastRun } = snapshot;
  const cacheMiB = lastRun?.cacheMiB ?? null;
  const labels = words.TOP_LABELS;
  const entries: Entry[] = [
    [
      labels.minutes,
      `${sparkline(history, card.usableMiB, columns - LABELS - 24)} ${words.upToInWords(Math.max(card.usedMiB, ...history))}`,
    ],
    [labels.lastRun, lastRun === null ? words.NO_RUN_YET : words.runInWords({ ...lastRun, verdict: null })],
    ...(cacheMiB === null ? [] : [[labels.cache, words.cacheBeforeInWords(cacheMiB)] as const]),
  ];
  return [
    header(snapshot, columns, look),
    toned(bar(card.usedMiB / card.usableMiB, columns), pressureOf(card.usedMiB / card.usableMiB), look),
    ...holders(snapshot, columns, look),
    '',
    ...inColumns(entries, LABELS, { ...look, columns }),
  ];
}

function header({ card }: Snapshot, columns: number, look: Look): string {
  const figures = words.usedOfCard(card.usedMiB, card.usableMiB);
  const name = cutTo(oneLine(`${card.index ?? '?'}: ${card.name}`), Math.max(8, columns - textWidth(figures) - 1));
  return `${toned(padTo(name, columns - textWidth(figures)), 'strong', look)}${figures}`;
}

/** From here on a card is nearly full. */
const HIGH = 0.75;
const FULL = 0.92;

function pressureOf(share: number): Tone {
  return share >= FULL ? 'bad' : share >= HIGH ? 'warning' : 'good';
}

function bar(share: number, columns: number): string {
  const width = columns - 2;
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`;
}

/** More would fill the screen with what holds next to nothing. */
const MOST_PROGRAMS = 12;

function holders({ programs, untoldMiB }: Snapshot, columns: number, look: Look): string[] {
  const shown = (programs ?? []).slice(0, MOST_PROGRAMS);
  const rows: (readonly [name: string, usedMiB: number | null])[] = shown.map((program) => [
    words.programInBrief(program),
    program.usedMiB,
  ]);
  const more = (programs?.length ?? 0) - shown.length;
  const lines = [...rows, ...(untoldMiB > 0 ? [[words.HOLDER_NAMES.untold, untoldMiB] as const] : [])].map(
    ([name, usedMiB]) => {
      const figure = words.formatMaybeMiB(usedMiB, '?').padStart(FIGURE_COLUMNS);
      return `  ${padTo(cutTo(oneLine(name), columns - FIGURE_COLUMNS - 2), columns - FIGURE_COLUMNS - 2)}${figure}`;
    },
  );
  return [
    ...(programs === null ? [`  ${words.PROCESSES_NOT_TOLD}`] : []),
    ...lines,
    ...(more > 0 ? [toned(`  ${words.moreProgramsInWords(more)}`, 'quiet', look)] : []),
  ];
}

const FIGURE_COLUMNS = 10;
const STEPS = ['\u2581', '\u2582', '\u2583', '\u2584', '\u2585', '\u2586', '\u2587', '\u2588'];

/** The highest of each piece of time, the newest last. */
function sparkline(history: readonly number[], usableMiB: number, columns: number): string {
  const each = Math.max(1, Math.ceil(history.length / Math.max(1, columns)));
  const marks: string[] = [];
  for (let at = 0; at < history.length; at += each) {
    const share = Math.max(...history.slice(at, at + each)) / usableMiB;
    marks.push(STEPS[Math.min(STEPS.length - 1, Math.max(0, Math.floor(share * STEPS.length)))] ?? '');
  }
  return marks.join('');
}
