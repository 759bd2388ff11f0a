import { mean } from 'simple-statistics';
import type { AccuracyResult } from './run.ts';
import type { Series } from './report.ts';

interface Column {
  readonly head: string;
  readonly goal: number | null;
  readonly side: 'most' | 'least';
  readonly of: (result: AccuracyResult) => number | null;
}

/** Of all operations together: a recorded table has too few rows to judge each by itself. */
const COLUMNS: readonly Column[] = [
  { head: 'required, mean', goal: null, side: 'most', of: ({ all }) => all.required.mean },
  { head: 'required, p95', goal: null, side: 'most', of: ({ all }) => all.required.p95 },
  { head: 'peak, mean', goal: null, side: 'most', of: ({ all }) => all.peak.mean },
  { head: 'peak, p95', goal: null, side: 'most', of: ({ all }) => all.peak.p95 },
  { head: 'coverage', goal: 0.97, side: 'least', of: ({ all }) => all.coverage95 },
  { head: 'overhead', goal: 0.03, side: 'most', of: ({ all }) => all.upperOverheadMean },
  { head: 'missed', goal: 0.001, side: 'most', of: ({ verdict }) => verdict.ours.missedOom },
  { head: 'false', goal: 0.005, side: 'most', of: ({ verdict }) => verdict.ours.falseOom },
  { head: 'tight', goal: 0.04, side: 'most', of: ({ verdict }) => verdict.ours.tight },
];

/** Markdown table with a row for each series: means over its seeds. */
export function pooledTable(all: readonly Series[]): string {
  const goals = COLUMNS.map(({ goal, side }) =>
    goal === null ? '' : `${side === 'most' ? '<=' : '>='} ${percent(goal)}`,
  );
  return [
    `| table | needs | verdicts | ${COLUMNS.map(({ head }) => head).join(' | ')} |`,
    `|---|---|---${'|---'.repeat(COLUMNS.length)}|`,
    `| goal | | | ${goals.join(' | ')} |`,
    ...all.map(rowOf),
  ].join('\n');
}

function rowOf({ table, results }: Series): string {
  const refused = results.flatMap(({ noFigure }) => noFigure ?? []);
  const name = refused.length === 0 ? table : `${table} (no figure ${refused.length} times: ${refused[0] ?? ''})`;
  const count = (of: (result: AccuracyResult) => number): string => String(Math.round(mean(results.map(of))));
  const cells = COLUMNS.map((column) => cellOf(column, results));
  return `| ${[name, count(({ all }) => all.needs), count(({ verdict }) => verdict.n), ...cells].join(' | ')} |`;
}

function cellOf({ goal, side, of }: Column, results: readonly AccuracyResult[]): string {
  const known = results.flatMap((result) => of(result) ?? []);
  if (known.length === 0) return '';
  const figure = mean(known);
  const missed = goal !== null && (side === 'most' ? figure > goal : figure < goal);
  return missed ? `**${percent(figure)}**` : percent(figure);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
