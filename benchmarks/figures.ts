/** Figures as the benchmarks report them: a median with its spread, never a single run. */
import { max, median, quantile } from 'simple-statistics';

export interface Figures {
  readonly n: number;
  readonly median: number;
  /** First and third quartile. */
  readonly quartiles: readonly [number, number];
  readonly p99: number;
  readonly max: number;
}

/** Summary of `values` (not empty) in their own unit. */
export function summarise(values: readonly number[]): Figures {
  const sample = [...values];
  return {
    n: sample.length,
    median: median(sample),
    quartiles: [quantile(sample, 0.25), quantile(sample, 0.75)],
    p99: quantile(sample, 0.99),
    max: max(sample),
  };
}

/** One row of the report. `reached` is judged on `judged`, the figure that the goal speaks of. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly figures: Figures;
  readonly goal: number;
  readonly judged: 'median' | 'p99';
}

const HEAD = ['| figure | median | quartiles | p99 | n | goal | |', '|---|---|---|---|---|---|---|'];

export function table(rows: readonly Row[]): string {
  return [...HEAD, ...rows.map(lineOf)].join('\n');
}

/**
 * A page that has a table of figures, with these rows in place of those of the same name; new ones at the table's end.
 */
export function withRows(page: string, rows: readonly Row[]): string {
  const lines = page.split('\n');
  for (const row of rows) {
    const at = lines.findIndex((line) => line.startsWith(`| ${row.what} |`));
    if (at !== -1) {
      lines[at] = lineOf(row);
      continue;
    }
    const head = lines.indexOf(HEAD[0] ?? '');
    const length = lines.slice(head).findIndex((line) => !line.startsWith('|'));
    lines.splice(length === -1 ? lines.length : head + length, 0, lineOf(row));
  }
  return lines.join('\n');
}

function lineOf({ what, unit, figures, goal, judged }: Row): string {
  const spread = `${format(figures.quartiles[0])} to ${format(figures.quartiles[1])}`;
  const verdict = figures[judged] <= goal ? 'reached' : 'missed';
  return `| ${what} | ${format(figures.median)} | ${spread} | ${format(figures.p99)} | ${figures.n} | ${judged} <= ${goal} ${unit} | ${verdict} |`;
}

function format(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
