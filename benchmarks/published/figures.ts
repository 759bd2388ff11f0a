/** Published figures against what the product says of them with no run. */
import { quantileSorted } from 'simple-statistics';
import type { Interval } from '../../service/model/types.ts';
import { parseCsv } from './csv.ts';
import { answerOf, type NoAnswer } from './figure-answer.ts';
import { FIGURE_COLUMNS, isVae, readFigure, type Figure, type Unreadable } from './figure.ts';
import { othersOf } from './others.ts';

export interface LeftOut {
  readonly row: number;
  readonly reason: Unreadable | NoAnswer;
}

export interface Judged {
  readonly row: number;
  readonly figure: Figure;
  readonly said: Interval;
  /** Share of what was published. */
  readonly error: number;
  readonly inside: boolean;
}

export interface FiguresJudged {
  readonly rows: number;
  readonly judged: readonly Judged[];
  readonly leftOut: readonly LeftOut[];
}

/** @throws where the text is no table of figures. */
export function judgeFigures(text: string): FiguresJudged {
  const rows = parseCsv(text, FIGURE_COLUMNS);
  const read = rows.map((row) => ({ row: row.number, result: readFigure(row) }));
  const figures = read.flatMap(({ result }) => (result.ok ? [result.value] : []));
  const judged: Judged[] = [];
  const leftOut: LeftOut[] = [];
  for (const { row, result } of read) {
    const answer = result.ok ? answerOf(result.value, othersOf(result.value, figures)) : result;
    if (!answer.ok) leftOut.push({ row, reason: answer.reason });
    else if (result.ok) judged.push(judgedOf(result.value, answer.value));
  }
  return { rows: rows.length, judged, leftOut };
}

function judgedOf(figure: Figure, said: Interval): Judged {
  const { row, valueMiB, roundingMiB } = figure;
  return {
    row,
    figure,
    said,
    error: Math.abs(said.valueMiB - valueMiB) / valueMiB,
    inside: said.lowMiB - roundingMiB <= valueMiB && valueMiB <= said.highMiB + roundingMiB,
  };
}

export interface Summary {
  readonly compared: number;
  readonly errorP50: number | null;
  readonly errorP90: number | null;
  /** Share that is not above the upper bound, but for rounding. */
  readonly underUpper: number | null;
  /** Mean of (upper bound - figure) / figure. */
  readonly overheadMean: number | null;
}

export function summaryOf(judged: readonly Judged[]): Summary {
  const errors = judged.map(({ error }) => error).sort((a, b) => a - b);
  const mean = (values: readonly number[]): number | null =>
    values.length === 0 ? null : rounded(values.reduce((sum, value) => sum + value, 0) / values.length);
  return {
    compared: judged.length,
    errorP50: errors.length === 0 ? null : rounded(quantileSorted(errors, 0.5)),
    errorP90: errors.length === 0 ? null : rounded(quantileSorted(errors, 0.9)),
    underUpper: mean(judged.map(({ figure, said }) => (figure.valueMiB <= said.highMiB + figure.roundingMiB ? 1 : 0))),
    overheadMean: mean(judged.map(({ figure, said }) => (said.highMiB - figure.valueMiB) / figure.valueMiB)),
  };
}

export const rounded = (share: number): number => Math.round(share * 1e6) / 1e6;

/**
 * What is measured alike: whole generations of the WebUI by its own counters, or by all that is on the device; its
 * autoencoder or another's by itself; pipelines of diffusers.
 */
export type Group = 'a1111' | 'device' | 'vae' | 'diffusers';

export function groupOf({ program, work, metric }: Figure): Group {
  if (isVae(work.operation)) return 'vae';
  if (program === 'diffusers') return 'diffusers';
  return metric === 'device' ? 'device' : 'a1111';
}
