/** The result, for programs and for people. */
import type { BenchmarkFigures } from './benchmark.ts';
import { describe } from './draw.ts';
import type { FirstFigure } from './first-figure.ts';
import { goalsOf, judged } from './goals.ts';
import type { Goal, JudgedGoal } from './goals.ts';
import { scoresOf } from './score.ts';
import type { Case, Scores } from './score.ts';

/** What was seen beside the estimates. */
export interface Beside {
  /** Null where no page was asked for. */
  page: FirstFigure | null;
  /** Of the settings drawn at random, as they were estimated before any picture of this WebUI's. */
  beforeAny: Scores;
  /** Resident memory of the sidecar at the end of it all; null where it was not found. */
  sidecarMiB: number | null;
  notices: readonly string[];
  /** Ladders of sizes that have no rung near the edge of the card. */
  laddersWithoutEdge: number;
}

export interface CardResult extends Beside {
  benchmark: BenchmarkFigures;
  /** Over all settings. */
  required: Scores['required'];
  peak: Scores['peak'];
  /** Of the settings near the edge. */
  verdicts: Scores['verdicts'];
  /** The same three for the settings drawn at random alone. */
  random: Scores;
  goals: readonly JudgedGoal[];
  cases: readonly Case[];
}

export function resultOf(benchmark: BenchmarkFigures, cases: readonly Case[], beside: Beside): CardResult {
  const all = scoresOf(cases);
  const near = scoresOf(cases.filter(({ set }) => set === 'near-edge'));
  const goals = judged(goalsOf(benchmark, all, near));
  const random = scoresOf(cases.filter(({ set }) => set === 'random'));
  return {
    benchmark,
    required: all.required,
    peak: all.peak,
    verdicts: near.verdicts,
    random,
    goals,
    cases,
    ...beside,
  };
}

const HEADINGS = [
  '',
  'settings',
  'verdict',
  'outcome',
  'required',
  'interval',
  'need',
  'off by',
  'peak',
  'interval',
  'measured',
  'off by',
  'phase',
  'basis',
];

export function resultTable({ benchmark, cases, goals, ...beside }: CardResult): string {
  const lines = [
    `benchmark: ${benchmark.outcome}, ${benchmark.runs} runs (${benchmark.outOfMemory} out of memory) in ${benchmark.seconds.toFixed(0)} s, ${benchmark.generationSeconds.toFixed(0)} s of them generations on a card that computes nothing; ${benchmark.message}`,
    ...besideLines(beside),
    '',
    ...table([HEADINGS, ...cases.map(cells)]),
    '',
    ...table(
      goals.map((goal) => [
        goal.holds ? 'ok' : 'MISSED',
        goal.what,
        figure(goal.seen, goal.unit),
        `${goal.side === 'most' ? 'at most' : 'at least'} ${figure(goal.goal, goal.unit)}`,
      ]),
    ),
  ];
  return lines.join('\n');
}

function besideLines({ page, beforeAny, sidecarMiB, notices, laddersWithoutEdge }: Beside): string[] {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  return [
    ...(page === null
      ? []
      : [
          `first page: the WebUI stands after ${seconds(page.webuiMs)}, the readout after ${seconds(page.readoutMs)}, its figure (${page.verdict}) after ${seconds(page.figureMs)}`,
        ]),
    beforeAnyLine(beforeAny),
    ...(sidecarMiB === null ? [] : [`the sidecar holds ${mib(sidecarMiB)} MiB of RAM at the end`]),
    ...notices.map((notice) => `notice: ${notice}`),
    ...(laddersWithoutEdge > 0 ? [`${laddersWithoutEdge} ladders of sizes have none near the edge`] : []),
  ];
}

function beforeAnyLine({ required, verdicts }: Scores): string {
  const { n, fitsButFailed, failsButRan, tight } = verdicts;
  const inside = required.inside === null ? '-' : `${(100 * required.inside).toFixed(0)} %`;
  return `before any picture, ${n} settings: the need inside the interval ${inside}, "fits" that failed ${fitsButFailed}, "will not fit" that ran ${failsButRan}, tight ${tight}`;
}

function cells({ set, settings, estimate, outcome, peakMiB, needMiB }: Case): string[] {
  const title = [set, describe(settings)];
  if (estimate.status !== 'estimated')
    return [...title, estimate.status, outcome, '-', '-', mib(needMiB), '-', '-', '-', mib(peakMiB), '-', '-', '-'];
  const { verdict, required, peak, limitingPhase, basis } = estimate;
  const range = ({ lowMiB, highMiB }: { lowMiB: number; highMiB: number }, truthMiB: number | null) =>
    `${mib(lowMiB)} to ${mib(highMiB)}${truthMiB === null || (lowMiB <= truthMiB && truthMiB <= highMiB) ? '' : ' !'}`;
  const off = (estimateMiB: number, truthMiB: number | null) =>
    truthMiB === null ? '-' : `${(100 * (estimateMiB / truthMiB - 1)).toFixed(1)} %`;
  return [
    ...title,
    verdict,
    outcome,
    ...[mib(required.valueMiB), range(required, needMiB), mib(needMiB), off(required.valueMiB, needMiB)],
    ...[mib(peak.valueMiB), range(peak, peakMiB), mib(peakMiB), off(peak.valueMiB, peakMiB)],
    limitingPhase,
    basis,
  ];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function mib(value: number | null): string {
  return value === null ? '-' : String(Math.round(value));
}

function figure(value: number | null, unit: Goal['unit']): string {
  if (value === null) return '-';
  return unit === 'share' ? `${(100 * value).toFixed(1)} %` : String(value);
}
