import { mean } from 'simple-statistics';
import type { AccuracyResult } from './run.ts';
import { GOAL_BUDGET, type Series } from './report.ts';

interface Column {
  readonly head: string;
  /** At the default budget; null = none. */
  readonly goal: number | null;
  /** With so few runs, by their number. */
  readonly goalWithFew?: Readonly<Record<number, number>>;
  readonly side: 'most' | 'least';
  readonly of: (result: AccuracyResult) => number | null;
}

/** Of all operations together: a recorded table has too few rows to judge each by itself. */
const COLUMNS: readonly Column[] = [
  { head: 'required, mean', goal: null, side: 'most', of: ({ all }) => all.required.mean },
  {
    head: 'required, p95',
    goal: null,
    goalWithFew: { 0: 0.06, 2: 0.03 },
    side: 'most',
    of: ({ all }) => all.required.p95,
  },
  { head: 'peak, mean', goal: null, side: 'most', of: ({ all }) => all.peak.mean },
  { head: 'peak, p95', goal: null, side: 'most', of: ({ all }) => all.peak.p95 },
  {
    head: 'coverage',
    goal: 0.97,
    goalWithFew: { 0: 0.99, 2: 0.97 },
    side: 'least',
    of: ({ all }) => all.coverage95,
  },
  { head: 'overhead', goal: 0.03, side: 'most', of: ({ all }) => all.upperOverheadMean },
  {
    head: 'missed',
    goal: 0.001,
    goalWithFew: { 0: 0.001, 2: 0.001 },
    side: 'most',
    of: ({ verdict }) => verdict.ours.missedOom,
  },
  { head: 'false', goal: 0.005, side: 'most', of: ({ verdict }) => verdict.ours.falseOom },
  { head: 'tight', goal: 0.04, side: 'most', of: ({ verdict }) => verdict.ours.tight },
];

/** Where the planner may stop by itself. */
const GOAL_RUNS = 10;
/** The goals of few runs are others, and fewer. */
const FEW_RUNS = 2;

function goalOf({ goal, goalWithFew }: Column, budget: number): number | null {
  return budget > FEW_RUNS ? goal : (goalWithFew?.[budget] ?? null);
}

/** Markdown table with a row for each series of one budget: means over its seeds. */
export function pooledTable(all: readonly Series[]): string {
  const budget = all[0]?.budget ?? GOAL_BUDGET;
  const goals = COLUMNS.map((column) => {
    const goal = goalOf(column, budget);
    return goal === null ? '' : `${column.side === 'most' ? '<=' : '>='} ${percent(goal)}`;
  });
  return [
    `| table | runs | needs | verdicts | ${COLUMNS.map(({ head }) => head).join(' | ')} |`,
    `|---|---|---|---${'|---'.repeat(COLUMNS.length)}|`,
    `| goal | ${budget > FEW_RUNS ? `<= ${GOAL_RUNS}` : ''} | | | ${goals.join(' | ')} |`,
    ...all.map(rowOf),
  ].join('\n');
}

function rowOf({ table, budget, results }: Series): string {
  const refused = results.flatMap(({ noFigure }) => noFigure ?? []);
  const name = refused.length === 0 ? table : `${table} (no figure ${refused.length} times: ${refused[0] ?? ''})`;
  const count = (of: (result: AccuracyResult) => number): string => String(Math.round(mean(results.map(of))));
  const cells = COLUMNS.map((column) => cellOf(column, goalOf(column, budget), results));
  return `| ${[name, runsOf(results), count(({ all }) => all.needs), count(({ verdict }) => verdict.n), ...cells].join(' | ')} |`;
}

/** That were made, those under caps too. */
function runsOf(results: readonly AccuracyResult[]): string {
  const counts = results.map(({ runsUsed }) => runsUsed);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(most) : `${least} to ${most}`;
}

function cellOf({ side, of }: Column, goal: number | null, results: readonly AccuracyResult[]): string {
  const known = results.flatMap((result) => of(result) ?? []);
  if (known.length === 0) return '';
  const figure = mean(known);
  const missed = goal !== null && (side === 'most' ? figure > goal : figure < goal);
  return missed ? `**${percent(figure)}**` : percent(figure);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
