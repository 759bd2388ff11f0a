import { quantile } from 'simple-statistics';
import { OPERATIONS } from '../../../service/protocol/settings.ts';
import type { TableRow } from '../../accuracy/table.ts';
import type { SmiReport } from '../parts/smi.ts';
import { errorsOf, missedPeaks, peakPairs, requiredPairs, verdictsOf, type Errors } from './score.ts';
import type { Capture } from './tables.ts';
import { againstTrace } from './traced.ts';

/** In the issue's words: mean and 95th percentile of the error. */
const GOALS = { mean: 0.02, p95: 0.05, samplerCpuShare: 0.01 };

export interface ReportParts {
  readonly card: string;
  readonly captures: readonly Capture[];
  readonly smi: SmiReport | null;
  /** Of the plot of a model, as the page links to it. */
  readonly plotOf: (model: string) => string;
  /** The traced table of a model, without weights; empty where there is none. */
  readonly tracedOf: (model: string) => readonly TableRow[];
}

/** The card's section of benchmarks/README.md. */
export function report({ card, captures, smi, plotOf, tracedOf }: ReportParts): string {
  const { meta } = captures[0] ?? { meta: null };
  const about =
    meta === null
      ? ''
      : `Driver ${meta.driverVersion ?? 'unknown'}, torch ${meta.versions['torch'] ?? '?'}, CUDA ${meta.versions['cuda'] ?? '?'}, cuDNN ${meta.versions['cudnn'] ?? '?'}, diffusers ${meta.versions['diffusers'] ?? '?'}.`;
  const marked = meta?.marked === null || meta === null ? '' : ` **Figures are ${meta.marked}: no card was involved.**`;
  return [
    `## Measured on ${card}`,
    `${about}${marked} Networks at full size with random weights, driven through the WebUI's phases; estimates from the default benchmark, errors of figures of the whole device.`,
    ...captures.map((capture) => modelSection(capture, plotOf(capture.meta.model), tracedOf(capture.meta.model))),
    ...(smi === null ? [] : [smiSection(smi)]),
  ].join('\n\n');
}

function modelSection(capture: Capture, plot: string, traced: readonly TableRow[]): string {
  const peak = peakPairs(capture);
  const required = requiredPairs(capture);
  const rows = [
    errorRow('peak', errorsOf(peak)),
    ...OPERATIONS.map((operation) =>
      errorRow(`peak, ${operation}`, errorsOf(peak.filter((pair) => pair.operation === operation))),
    ),
    errorRow('required', errorsOf(required)),
  ];
  const lines = [
    `### ${capture.meta.model}`,
    `![Estimated against measured](${plot})`,
    ['| figure | n | mean | p95 | max | in the interval | goal | |', '|---|---|---|---|---|---|---|---|', ...rows].join(
      '\n',
    ),
  ];
  if (capture.benchmark !== null) {
    const { rows, minutes } = capture.benchmark;
    const marks = [...new Set(rows.flatMap((row) => row.marks))].map(
      (mark) => `${mark} ${rows.filter((row) => row.marks.includes(mark)).length}`,
    );
    lines.push(
      `The benchmark took ${rows.length} runs and ${minutes.toFixed(1)} minutes; left out of the fit: ${marks.length === 0 ? 'none' : marks.join(', ')}.`,
    );
  }
  const judged = verdictsOf(capture.cards);
  if (judged.n > 0) {
    lines.push(
      `Small cards: ${judged.n} runs under caps near the edge, ${judged.ran} ran and ${judged.ranOutOfMemory} ran out of memory; missed ${judged.missed}, false alarms ${judged.falseAlarms}, tight ${judged.tight}.`,
    );
  }
  const polled = missedPeaks(capture.peaks).map(
    ({ intervalMs, n, missed, medianDecodeMs }) =>
      `${missed} of ${n} at ${intervalMs} ms (decode of ${medianDecodeMs.toFixed(0)} ms at the median)`,
  );
  if (polled.length > 0) lines.push(`Decode peaks that polling missed by more than 2 %: ${polled.join(', ')}.`);
  const ratios = againstTrace(capture, traced).map(
    ({ figure, n, median, least, most }) =>
      `${figure} ${median.toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)}, ${n} runs)`,
  );
  if (ratios.length > 0)
    lines.push(`Measured over traced (data/vram-trace), above the weights, at the median: ${ratios.join(', ')}.`);
  return lines.join('\n\n');
}

function errorRow(name: string, errors: Errors | null): string {
  const goal = `<= ${percent(GOALS.mean)} / ${percent(GOALS.p95)}`;
  if (errors === null) return `| ${name} | 0 | | | | | ${goal} | not measured |`;
  const reached = errors.mean <= GOALS.mean && errors.p95 <= GOALS.p95 ? 'reached' : 'missed';
  return `| ${name} | ${errors.n} | ${percent(errors.mean)} | ${percent(errors.p95)} | ${percent(errors.max)} | ${percent(errors.covered)} | ${goal} | ${reached} |`;
}

function smiSection({ oneShot, loops, lags, samplerCpuShare }: SmiReport): string {
  const ms = (value: number | null): string => (value === null ? '' : value.toFixed(1));
  const loopRows = loops.map(
    ({ state, intervalMs, rows, medianMs, p95Ms, maxMs, cpuShare }) =>
      `| ${state} | ${intervalMs} | ${rows} | ${ms(medianMs)} | ${ms(p95Ms)} | ${ms(maxMs)} | ${cpuShare === null ? '' : percent(cpuShare)} |`,
  );
  const callRows = oneShot.map(
    ({ state, n, medianMs, p95Ms, cpuMsEach }) =>
      `| ${state} | one call | ${n} | ${ms(medianMs)} | ${ms(p95Ms)} | | ${cpuMsEach === null ? '' : `${ms(cpuMsEach)} ms each`} |`,
  );
  const intervals = [...new Set(lags.map(({ intervalMs }) => intervalMs))];
  const lagText = intervals.map((intervalMs) => {
    const own = lags.filter((lag) => lag.intervalMs === intervalMs);
    const seen = own.flatMap(({ lagMs }) => lagMs ?? []);
    return seen.length === 0
      ? `${intervalMs} ms: never seen`
      : `${intervalMs} ms: median ${quantile(seen, 0.5).toFixed(0)}, most ${Math.max(...seen).toFixed(0)} ms, ${own.length - seen.length} of ${own.length} never`;
  });
  return [
    '### nvidia-smi',
    [
      '| state | interval asked (ms) | n | median (ms) | p95 (ms) | max (ms) | of a core |',
      '|---|---|---|---|---|---|---|',
      ...callRows,
      ...loopRows,
    ].join('\n'),
    `From an allocation or a release to the reading that shows it, by interval: ${lagText.join('; ')}. Our sampler at 10 Hz took ${percent(samplerCpuShare)} of a core (goal <= ${percent(GOALS.samplerCpuShare)}: ${samplerCpuShare <= GOALS.samplerCpuShare ? 'reached' : 'missed'}).`,
  ].join('\n\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
