/** The section of benchmarks/README.md. */
import { groupOf, summaryOf, type FiguresJudged, type Group, type Summary } from './figures.ts';
import { HELPED } from './helped.ts';
import type { ReportsJudged } from './reports.ts';
import { figuresResult, reportsResult } from './result.ts';

const GROUPS: Readonly<Record<Group, string>> = {
  a1111: "A1111's own counters (active, reserved), whole generations",
  device: 'the whole device, with what was on it in another run of the same person',
  vae: 'autoencoders alone, or beside resident weights',
  diffusers: "diffusers' pipelines",
};

export function publishedSection(figures: FiguresJudged, reports: ReportsJudged): string {
  return [
    '## Published figures of real cards',
    '`npm run bench:published`: what other people measured on their cards and published, and what they reported to have run or failed (benchmarks/data/published), against what the product says with no run. Errors are shares of the published figure.',
    'Weights are those that the real PyTorch counts at idle; of what was on the card beside them a row tells, or else a context is meant. Where a set-up is not told, it is what the WebUI takes by itself.',
    "diffusers' pipelines decode a batch as a whole, hold what each level of the decoder begins with, and have SDXL's autoencoder in 32 bits.",
    '',
    ...figuresTable(figures),
    '',
    ...leftOutLines(figures),
    '',
    ...missedTable(figures),
    '',
    ...reportLines(reports),
    '',
    'One file alone: `npm run --silent bench:published -- --figures FILE.csv --reports FILE.csv --json`.',
  ].join('\n');
}

function figuresTable({ judged, rows }: FiguresJudged): string[] {
  const groups = (Object.keys(GROUPS) as Group[]).map(
    (group) => [GROUPS[group], summaryOf(judged.filter(({ figure }) => groupOf(figure) === group))] as const,
  );
  const line = (name: string, { compared, errorP50, errorP90, underUpper, overheadMean }: Summary): string =>
    `| ${name} | ${compared} | ${[errorP50, errorP90, underUpper, overheadMean].map(percent).join(' | ')} |`;
  return [
    '| figures | compared | error, p50 | error, p90 | under the upper bound | its overhead, mean |',
    '|---|---|---|---|---|---|',
    ...groups.map(([name, summary]) => line(name, summary)),
    line(`all of ${rows}`, summaryOf(judged)),
  ];
}

function leftOutLines({ leftOut }: FiguresJudged): string[] {
  return [`Left out: ${counted(leftOut.map(({ reason }) => reason))}.`];
}

/** From this error on a row is listed. */
const LISTED_FROM = 0.03;

function missedTable(figures: FiguresJudged): string[] {
  const missed = figuresResult(figures).each.filter(({ error, inside }) => error > LISTED_FROM || !inside);
  if (missed.length === 0) return [];
  return [
    `More than ${percent(LISTED_FROM)} off, or outside the interval:`,
    '',
    '| row | what | published, MiB | said, MiB | off | inside |',
    '|---|---|---|---|---|---|',
    ...missed.map(
      (one) =>
        `| ${one.row} | ${one.program} ${one.family} ${one.operation} ${one.size}, batch ${one.batchSize}, ${one.metric} | ${one.publishedMiB} | ${one.valueMiB} (${one.lowMiB} to ${one.highMiB}) | ${percent(one.error)} | ${one.inside ? 'yes' : 'no'} |`,
    ),
  ];
}

function reportLines(reports: ReportsJudged): string[] {
  const { rows, answered, right, tight, wrong, leftOut, allocationNamed, allocations, advised } =
    reportsResult(reports);
  const named = allocations.flatMap(({ name, triedMiB, tensor }) =>
    tensor === null ? [] : [`${name}: ${triedMiB} MiB are ${tensor.layer} (${tensor.phase})`],
  );
  return [
    `Reports: ${answered} of ${rows} answered, ${right} right, ${tight} tight, ${wrong.length} wrong${wrong.length === 0 ? '' : ` (${wrong.map((one) => one.case).join(', ')})`}. Left out: ${counted(leftOut.map(({ reason }) => reason))}.`,
    `Of ${allocations.length} that quote what was asked for, ${allocationNamed} have their allocation named${named.length === 0 ? '' : `: ${named.join('; ')}`}.`,
    '',
    'Failures, by the figures that they quote and the settings that they tell: the cause, what is advised first, and what helped there where the report says so.',
    '',
    '| report | cause | first remedy | helped there | is advised |',
    '|---|---|---|---|---|',
    ...advised.map(
      ({ name, cause, first, helped }) =>
        `| ${name} | ${cause ?? 'no figures'} | ${first?.join(', ') ?? 'none is known'} | ${HELPED[name]?.words ?? ''} | ${helped ?? ''} |`,
    ),
  ];
}

function counted(reasons: readonly string[]): string {
  const all = [...new Set(reasons)].sort();
  return all.map((reason) => `${reason} (${reasons.filter((one) => one === reason).length})`).join(', ') || 'none';
}

function percent(share: number | null): string {
  return share === null ? '' : `${(share * 100).toFixed(1)} %`;
}
