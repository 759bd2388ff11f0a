import { quantileSorted } from 'simple-statistics';
import { estimate, type EstimateMiB } from '../../service/estimate/estimate.ts';
import { verdict } from '../../service/estimate/verdict.ts';
import { outputAreaMpx } from '../../service/model/geometry.ts';
import type { Fit } from '../../service/model/types.ts';
import { OPERATIONS, type Operation } from '../../service/protocol/settings.ts';
import type { OriginalMethod } from './original.ts';
import type { TableRow } from './table.ts';

/** Shares of the truth, |estimate - truth| / truth of the total; null where there is nothing to count. */
interface ErrorSummary {
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
}

export interface OperationScore {
  readonly n: number;
  readonly required: ErrorSummary;
  readonly peak: ErrorSummary;
  /** Share of the settings whose need is not above the upper bound. */
  readonly coverage95: number | null;
  /** Mean of (upper bound - need) / need. */
  readonly upperOverheadMean: number | null;
  readonly beyond: { readonly n: number; readonly required: ErrorSummary; readonly peak: ErrorSummary };
  readonly original: { readonly peak: ErrorSummary; readonly beyondPeak: ErrorSummary };
}

export interface VerdictScore {
  readonly cardsGiB: readonly number[];
  readonly n: number;
  readonly ours: { readonly falseOom: number | null; readonly missedOom: number | null; readonly tight: number | null };
  readonly original: { readonly falseOom: number | null; readonly missedOom: number | null };
}

const CARDS_GIB = [6, 8, 10, 12, 16, 24];
const MIB_PER_GIB = 1024;
const NEAR_LEAST = 0.5;
const NEAR_MOST = 1.5;

interface Judged {
  readonly row: TableRow;
  readonly ours: EstimateMiB;
  readonly originalPeakMiB: number | null;
  readonly originalBufferedMiB: number | null;
  readonly beyond: boolean;
}

/** Judges a fit on all rows that were not run. `roomMiB`: of the device of the benchmark. */
export function score(
  table: readonly TableRow[],
  run: ReadonlySet<TableRow>,
  fit: Fit,
  roomMiB: number,
  original: OriginalMethod,
): { ops: Record<Operation, OperationScore>; verdict: VerdictScore } {
  const largestMpx = Math.max(...[...run].map((row) => outputAreaMpx(row.settings)));
  const judged = table
    .filter((row) => !run.has(row))
    .map((row): Judged => {
      const ours = estimate(fit, row.settings, roomMiB);
      if (!ours.ok) throw new Error(`no estimate: ${ours.reason}`);
      return {
        row,
        ours,
        originalPeakMiB: original.peakMiB(row.settings),
        originalBufferedMiB: original.bufferedMiB(row.settings),
        beyond: outputAreaMpx(row.settings) > largestMpx,
      };
    });
  const ops = Object.fromEntries(
    OPERATIONS.map((operation) => [
      operation,
      scoreOperation(judged.filter((one) => one.row.settings.operation === operation)),
    ]),
  );
  return { ops: ops as Record<Operation, OperationScore>, verdict: scoreVerdicts(judged) };
}

function scoreOperation(all: readonly Judged[]): OperationScore {
  const beyond = all.filter((one) => one.beyond);
  const required = (some: readonly Judged[]): ErrorSummary =>
    summary(some.map((one) => shareOff(one.ours.required.valueMiB, one.row.needMiB)));
  const peak = (some: readonly Judged[]): ErrorSummary =>
    summary(some.map((one) => shareOff(one.ours.peak.valueMiB, one.row.reservedMiB)));
  const originalPeak = (some: readonly Judged[]): ErrorSummary =>
    summary(
      some.flatMap((one) => (one.originalPeakMiB === null ? [] : [shareOff(one.originalPeakMiB, one.row.reservedMiB)])),
    );
  return {
    n: all.length,
    required: required(all),
    peak: peak(all),
    coverage95: mean(all.map((one) => (one.row.needMiB <= one.ours.required.highMiB ? 1 : 0))),
    upperOverheadMean: mean(all.map((one) => (one.ours.required.highMiB - one.row.needMiB) / one.row.needMiB)),
    beyond: { n: beyond.length, required: required(beyond), peak: peak(beyond) },
    original: { peak: originalPeak(all), beyondPeak: originalPeak(beyond) },
  };
}

function scoreVerdicts(judged: readonly Judged[]): VerdictScore {
  let n = 0;
  const counts = { falseOom: 0, missedOom: 0, tight: 0, originalFalse: 0, originalMissed: 0 };
  for (const cardGiB of CARDS_GIB) {
    const totalMiB = cardGiB * MIB_PER_GIB;
    for (const one of judged) {
      const { needMiB } = one.row;
      if (needMiB < NEAR_LEAST * totalMiB || needMiB > NEAR_MOST * totalMiB) continue;
      n += 1;
      const runs = needMiB <= totalMiB;
      const answer = verdict(one.ours, { totalMiB, otherMiB: 0 }).verdict;
      if (answer === 'tight') counts.tight += 1;
      if (answer === 'will-not-fit' && runs) counts.falseOom += 1;
      if (answer === 'fits' && !runs) counts.missedOom += 1;
      const originalSaysOom = one.originalBufferedMiB !== null && one.originalBufferedMiB > totalMiB;
      if (originalSaysOom && runs) counts.originalFalse += 1;
      if (!originalSaysOom && !runs) counts.originalMissed += 1;
    }
  }
  const share = (count: number): number | null => (n === 0 ? null : rounded(count / n));
  return {
    cardsGiB: CARDS_GIB,
    n,
    ours: { falseOom: share(counts.falseOom), missedOom: share(counts.missedOom), tight: share(counts.tight) },
    original: { falseOom: share(counts.originalFalse), missedOom: share(counts.originalMissed) },
  };
}

function shareOff(estimateMiB: number, truthMiB: number): number {
  return Math.abs(estimateMiB - truthMiB) / truthMiB;
}

function summary(shares: readonly number[]): ErrorSummary {
  if (shares.length === 0) return { mean: null, p50: null, p95: null, max: null };
  const sorted = [...shares].sort((a, b) => a - b);
  return {
    mean: mean(sorted),
    p50: rounded(quantileSorted(sorted, 0.5)),
    p95: rounded(quantileSorted(sorted, 0.95)),
    max: rounded(sorted.at(-1) ?? 0),
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : rounded(values.reduce((sum, value) => sum + value, 0) / values.length);
}

function rounded(share: number): number {
  return Math.round(share * 1e6) / 1e6;
}
