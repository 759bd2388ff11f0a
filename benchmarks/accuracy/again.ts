/**
 * How far the same set-up's fits lie apart, benchmarked again: other seeds of the planner, other noise in what is read.
 */
import { max, mean, min, quantile } from 'simple-statistics';
import { estimate, type EstimateMiB } from '../../service/estimate/estimate.ts';
import type { Fit } from '../../service/model/types.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { recordedNames, recordedTable, type RecordedTable } from './recorded.ts';
import { GOAL_BUDGET } from './report.ts';
import { CARD_MIB, runAccuracy } from './run.ts';

const AGAIN_SEEDS = 5;
/** What is read of a run, by and large, beside what it is: PyTorch's counters are exact, what a cache holds is not. */
export const AGAIN_NOISE_MIB = 4;

/** Of all settings: half of the figures differ by no more than `p50`, and so on. Shares of the figures' mean. */
export interface Apart {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export interface Spread {
  readonly required: Apart;
  readonly upperBound: Apart;
  readonly peak: Apart;
}

/** The largest less the smallest that the fits say, for each of the settings. */
export function spreadOf(fits: readonly Fit[], settings: readonly GenerationSettings[], roomMiB: number): Spread {
  const said = settings.map((one) => fits.map((fit) => saidOf(fit, one, roomMiB)));
  const apart = (figureOf: (said: EstimateMiB) => number): Apart => {
    const shares = said.map((ofFits) => shareApart(ofFits.map(figureOf)));
    return { p50: quantile(shares, 0.5), p95: quantile(shares, 0.95), max: max(shares) };
  };
  return {
    required: apart(({ required }) => required.valueMiB),
    upperBound: apart(({ required }) => required.highMiB),
    peak: apart(({ peak }) => peak.valueMiB),
  };
}

/** One table benchmarked by each seed, with noise. Null where any benchmark has no figure. */
export function spreadAgain({ name, rows, staticMiB, host }: RecordedTable, budget: number): Spread | null {
  const fits = Array.from({ length: AGAIN_SEEDS }, (_, i) => {
    const options = { table: name, staticMiB, host, budget, seed: i + 1, noiseMiB: AGAIN_NOISE_MIB };
    return runAccuracy(rows, options).fit;
  });
  const known = fits.filter((fit) => fit !== null);
  if (known.length < fits.length) return null;
  return spreadOf(
    known,
    rows.map(({ settings }) => settings),
    CARD_MIB,
  );
}

/** Markdown table with a row for each recorded table. */
function againTable(tables: readonly RecordedTable[], budget: number): string {
  const cells = ({ p50, p95, max: most }: Apart): string[] => [p50, p95, most].map(percent);
  const rows = tables.map((table) => {
    const spread = spreadAgain(table, budget);
    const figures = spread === null ? ['no figure'] : [spread.required, spread.upperBound, spread.peak].flatMap(cells);
    return `| ${[table.name, ...figures].join(' | ')} |`;
  });
  const heads = ['required', 'its upper bound', 'peak'].flatMap((what) => [`${what}, p50`, 'p95', 'most']);
  return [`| table | ${heads.join(' | ')} |`, `|---${'|---'.repeat(heads.length)}|`, ...rows].join('\n');
}

/** All recorded tables at the default budget, for benchmarks/README.md. */
export function againSection(): string {
  return [
    '### The same benchmark again',
    `How far ${AGAIN_SEEDS} benchmarks of the same set-up lie apart, with seeds of their own and noise of ${AGAIN_NOISE_MIB} MiB (standard deviation) in each phase's peaks: the largest less the smallest figure of one setting, as a share of their mean; p50, p95 and most of all settings of the table. Without noise the same seed gives the same fit.`,
    '',
    againTable(recordedNames().map(recordedTable), GOAL_BUDGET),
  ].join('\n');
}

function saidOf(fit: Fit, settings: GenerationSettings, roomMiB: number): EstimateMiB {
  const said = estimate(fit, settings, roomMiB);
  if (!said.ok) throw new Error(`no estimate: ${said.reason}`);
  return said;
}

function shareApart(figures: readonly number[]): number {
  return (max([...figures]) - min([...figures])) / mean([...figures]);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
