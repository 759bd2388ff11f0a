/** What is printed: figures and reports as plain data. */
import { groupOf, rounded, summaryOf, type FiguresJudged, type Group, type Judged } from './figures.ts';
import type { JudgedReport, ReportsJudged } from './reports.ts';

const WORST = 5;
const GROUPS: readonly Group[] = ['a1111', 'device', 'vae', 'diffusers'];

/** Of all that was compared, and by what is measured alike; `each` row that was compared, in the file's order. */
export function figuresResult({ rows, judged, leftOut }: FiguresJudged) {
  const { compared, ...shares } = summaryOf(judged);
  const each = judged.map(figureLine);
  return {
    rows,
    compared,
    leftOut,
    ...shares,
    worst: [...each].sort((a, b) => b.error - a.error).slice(0, WORST),
    groups: Object.fromEntries(
      GROUPS.map((group) => [group, summaryOf(judged.filter(({ figure }) => groupOf(figure) === group))]),
    ),
    each,
  };
}

function figureLine({ row, figure, said, error, inside }: Judged) {
  const { source, program, family, work, instrument, valueMiB } = figure;
  const { operation, width, height, batchSize } = work;
  return {
    row,
    source,
    program,
    family,
    operation,
    size: `${width}x${height}`,
    batchSize,
    metric: instrument,
    publishedMiB: mib(valueMiB),
    valueMiB: mib(said.valueMiB),
    lowMiB: mib(said.lowMiB),
    highMiB: mib(said.highMiB),
    error: rounded(error),
    inside,
  };
}

/** `wrong`: "fits" of what failed, "will not fit" of what ran. */
export function reportsResult({ rows, judged, leftOut, allocations, advised }: ReportsJudged) {
  const count = (as: JudgedReport['judged']): number => judged.filter((one) => one.judged === as).length;
  return {
    rows,
    answered: judged.length,
    right: count('right'),
    tight: count('tight'),
    wrong: judged.filter((one) => one.judged === 'wrong').map(reportLine),
    leftOut,
    allocationNamed: allocations.filter(({ tensor }) => tensor !== null).length,
    each: judged.map(reportLine),
    allocations,
    advised,
  };
}

function reportLine({ name, outcome, judged, answer }: JudgedReport) {
  const { verdict, estimate, availableMiB } = answer;
  const { valueMiB, lowMiB, highMiB } = estimate.required;
  return {
    case: name,
    outcome,
    judged,
    verdict,
    requiredMiB: mib(valueMiB),
    lowMiB: mib(lowMiB),
    highMiB: mib(highMiB),
    availableMiB: mib(availableMiB),
    phase: estimate.limitingPhase,
  };
}

const mib = (value: number): number => Math.round(value * 10) / 10;
