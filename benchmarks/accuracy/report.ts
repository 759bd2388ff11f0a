import { mean } from 'simple-statistics';
import type { AccuracyResult } from './run.ts';

/** Results of one table at one budget, a result for each seed. */
export interface Series {
  readonly table: string;
  readonly budget: number;
  readonly results: readonly AccuracyResult[];
}

interface Line {
  readonly what: string;
  /** Where there is little room; null where it is left out then. */
  readonly short: string | null;
  readonly goal: number;
  /** Whether the figure is to be at most or at least the goal. */
  readonly side: 'most' | 'least';
  readonly ours: (result: AccuracyResult) => (number | null)[];
  readonly original: (result: AccuracyResult) => (number | null)[];
}

/** The goals speak of the default budget. */
export const GOAL_BUDGET = 24;

const none = (): (number | null)[] => [];
const ops = (result: AccuracyResult): AccuracyResult['ops'][string][] =>
  Object.values(result.ops).filter((op) => op.n > 0);

/** The goals of the estimator; figures of an operation are judged by the worst of the four. */
const LINES: readonly Line[] = [
  {
    what: 'required, mean error',
    short: 'required, mean',
    goal: 0.005,
    side: 'most',
    ours: (r) => ops(r).map((op) => op.required.mean),
    original: none,
  },
  {
    what: 'required, p95',
    short: 'required, p95',
    goal: 0.015,
    side: 'most',
    ours: (r) => ops(r).map((op) => op.required.p95),
    original: none,
  },
  {
    what: 'required beyond the sizes run, p95',
    short: 'beyond, p95',
    goal: 0.03,
    side: 'most',
    ours: (r) => ops(r).map((op) => op.beyond.required.p95),
    original: none,
  },
  {
    what: 'peak, mean error',
    short: 'peak, mean',
    goal: 0.015,
    side: 'most',
    ours: (r) => ops(r).map((op) => op.peak.mean),
    original: (r) => ops(r).map((op) => op.original.peak.mean),
  },
  {
    what: 'peak, p95',
    short: 'peak, p95',
    goal: 0.045,
    side: 'most',
    ours: (r) => ops(r).map((op) => op.peak.p95),
    original: (r) => ops(r).map((op) => op.original.peak.p95),
  },
  {
    what: 'peak beyond the sizes run, p95 (no goal)',
    short: null,
    goal: Infinity,
    side: 'most',
    ours: (r) => ops(r).map((op) => op.beyond.peak.p95),
    original: (r) => ops(r).map((op) => op.original.beyondPeak.p95),
  },
  {
    what: 'upper bound of required, coverage',
    short: 'coverage',
    goal: 0.95,
    side: 'least',
    ours: (r) => ops(r).map((op) => op.coverage95),
    original: none,
  },
  {
    what: 'upper bound of required, mean overhead',
    short: 'overhead',
    goal: 0.04,
    side: 'most',
    ours: (r) => ops(r).map((op) => op.upperOverheadMean),
    original: none,
  },
  {
    what: 'false out-of-memory',
    short: 'false',
    goal: 0.005,
    side: 'most',
    ours: (r) => [r.verdict.ours.falseOom],
    original: (r) => [r.verdict.original.falseOom],
  },
  {
    what: 'missed out-of-memory',
    short: 'missed',
    goal: 0.001,
    side: 'most',
    ours: (r) => [r.verdict.ours.missedOom],
    original: (r) => [r.verdict.original.missedOom],
  },
  { what: 'tight', short: 'tight', goal: 0.04, side: 'most', ours: (r) => [r.verdict.ours.tight], original: none },
];

type Figures = (result: AccuracyResult) => (number | null)[];

/** The worst of the operations, for each seed that has any. */
function worstOfEach(series: Series, side: Line['side'], figures: Figures): number[] {
  return series.results.flatMap((result) => {
    const worst = worstOf(side, figures(result));
    return worst === null ? [] : [worst];
  });
}

function worstOf(side: Line['side'], figures: readonly (number | null)[]): number | null {
  const known = figures.filter((figure) => figure !== null);
  if (known.length === 0) return null;
  return side === 'most' ? Math.max(...known) : Math.min(...known);
}

/** Of operations and seeds. */
function worstFigure(series: Series, { side, ours }: Line): number | null {
  return worstOf(side, worstOfEach(series, side, ours));
}

/** The worst figure of operations and seeds, a line each; a star where it misses its goal. */
export function worstFigures(series: Series): string[] {
  return LINES.flatMap((line) => {
    const worst = worstFigure(series, line);
    return worst === null
      ? []
      : [`${percent(worst).padStart(9)} ${judged(line, worst) === 'missed' ? '*' : ' '} ${line.what}`];
  });
}

const BRIEF = LINES.filter(({ short }) => short !== null);
const BRIEF_HEAD = [
  `| table | ${BRIEF.map(({ short }) => short).join(' | ')} |`,
  `|---${'|---'.repeat(BRIEF.length)}|`,
  `| goal | ${BRIEF.map(goalOf).join(' | ')} |`,
];

/**
 * Markdown table with a row for each series: the worst figure of operations and seeds. Rows of other tables that
 * `section` has already stay.
 */
export function briefTable(section: string, all: readonly Series[]): string {
  const rows = all.map(
    (series) => `| ${[series.table, ...BRIEF.map((line) => briefFigure(line, series))].join(' | ')} |`,
  );
  const nameOf = (row: string): string => row.split(' ')[1] ?? '';
  const kept = section
    .split('\n')
    .filter(
      (row) => row.startsWith('| ') && !BRIEF_HEAD.includes(row) && !all.some(({ table }) => table === nameOf(row)),
    );
  return [...BRIEF_HEAD, ...[...kept, ...rows].toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))].join('\n');
}

function briefFigure(line: Line, series: Series): string {
  const worst = worstFigure(series, line);
  if (worst === null) return '';
  return judged(line, worst) === 'missed' ? `**${percent(worst)}**` : percent(worst);
}

function goalOf({ goal, side }: Line): string {
  return Number.isFinite(goal) ? `${side === 'most' ? '<=' : '>='} ${percent(goal)}` : '';
}

/**
 * Markdown table of one series: the worst operation's figure, mean over the seeds and worst seed, beside the original's
 * and the goal.
 */
export function seriesTable(series: Series): string {
  const first = series.results[0];
  const lines = LINES.map((line) => {
    const ours = worstOfEach(series, line.side, line.ours);
    const original = first === undefined ? null : worstOf(line.side, line.original(first));
    const worstSeed = worstOf(line.side, ours);
    return `| ${line.what} | ${ours.length === 0 ? '' : percent(mean(ours))} | ${worstSeed === null ? '' : percent(worstSeed)} | ${original === null ? '' : percent(original)} | ${goalOf(line)} | ${series.budget === GOAL_BUDGET ? judged(line, worstSeed) : ''} |`;
  });
  const runs = `| runs | ${first?.runsUsed ?? 0} | ${Math.max(...series.results.map((result) => result.runsUsed))} | ${first?.originalRuns ?? 0} | | |`;
  return ['| figure | ours | worst seed | original | goal | |', '|---|---|---|---|---|---|', runs, ...lines].join('\n');
}

function judged(line: Line, figure: number | null): string {
  if (figure === null || !Number.isFinite(line.goal)) return '';
  const reached = line.side === 'most' ? figure <= line.goal : figure >= line.goal;
  return reached ? 'reached' : 'missed';
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
