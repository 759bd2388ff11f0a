/** Estimates against measurements, for people and for programs. */
import type { GenerationSettings } from '../../service/protocol/settings.ts';

/** MiB of the whole device, what others used as the run began included. */
export interface Comparison {
  settings: GenerationSettings;
  /** What that was: it is in estimate and measurement alike, and makes any estimate look near. */
  othersMiB: number;
  /** What the readout said; others may have moved between then and the start. */
  readoutPeakMiB: number;
  requiredMiB: number;
  peakMiB: number;
  peakLowMiB: number;
  peakHighMiB: number;
  verdict: string;
  measuredPeakMiB: number | null;
  measuredOutcome: string;
  /** Why the run was left out of the fit. */
  marks: readonly string[];
}

const HEADINGS = [
  'operation',
  'size',
  'batch',
  'hires',
  'verdict',
  'readout',
  'required',
  'peak',
  'interval',
  'measured',
  'others',
  'off by',
  'of its own',
  'inside',
  'outcome',
  'marks',
];

/** Signed difference of estimate to measurement in MiB; null where nothing was measured. */
export function offByMiB({ peakMiB, measuredPeakMiB }: Comparison): number | null {
  return measuredPeakMiB === null ? null : peakMiB - measuredPeakMiB;
}

/** Size of the difference as a share of what was measured of the WebUI's own; null where nothing was. */
export function offByShare(comparison: Comparison): number | null {
  const { measuredPeakMiB, othersMiB } = comparison;
  const off = offByMiB(comparison);
  if (off === null || measuredPeakMiB === null || measuredPeakMiB <= othersMiB) return null;
  return Math.abs(off) / (measuredPeakMiB - othersMiB);
}

/** Of intervals that hold the truth 19 times in 20 two of five may miss it, at worst; more is no chance (0.1 %). */
const MOST_OUTSIDE_SHARE = 2 / 5;

/** Whether so many measurements lie in their intervals as should; what was not measured does not count. */
export function areMostInside(comparisons: readonly Comparison[]): boolean {
  const inside = comparisons.map(isInside).filter((one) => one !== null);
  return inside.length > 0 && inside.filter((one) => !one).length <= inside.length * MOST_OUTSIDE_SHARE;
}

export function isInside({ peakLowMiB, peakHighMiB, measuredPeakMiB }: Comparison): boolean | null {
  return measuredPeakMiB === null ? null : measuredPeakMiB >= peakLowMiB && measuredPeakMiB <= peakHighMiB;
}

/** Columns padded to their widest cell; all figures in MiB. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const rows = [HEADINGS, ...comparisons.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cells(comparison: Comparison): string[] {
  const { settings, measuredPeakMiB } = comparison;
  const { hires } = settings;
  const off = offByMiB(comparison);
  const share = offByShare(comparison);
  const inside = isInside(comparison);
  return [
    settings.operation,
    `${settings.width}x${settings.height}`,
    String(settings.batchSize),
    hires === null ? '-' : `${hires.width}x${hires.height} ${hires.upscaler ?? ''}`.trim(),
    comparison.verdict,
    figure(comparison.readoutPeakMiB),
    figure(comparison.requiredMiB),
    figure(comparison.peakMiB),
    `${figure(comparison.peakLowMiB)} to ${figure(comparison.peakHighMiB)}`,
    measuredPeakMiB === null ? '-' : figure(measuredPeakMiB),
    figure(comparison.othersMiB),
    off === null ? '-' : `${off >= 0 ? '+' : '-'}${figure(Math.abs(off))}`,
    share === null ? '-' : `${(share * 100).toFixed(1)} %`,
    inside === null ? '-' : inside ? 'yes' : 'no',
    comparison.measuredOutcome,
    comparison.marks.join(' ') || '-',
  ];
}

function figure(mib: number): string {
  return String(Math.round(mib));
}
