import { quantileSorted } from 'simple-statistics';
import { MIB_PER_GIB } from '../../service/base/units.ts';
import { estimate, type EstimateMiB } from '../../service/estimate/estimate.ts';
import { verdict } from '../../service/estimate/verdict.ts';
import { outputAreaMpx } from '../../service/model/geometry.ts';
import type { Fit } from '../../service/model/types.ts';
import { OPERATIONS, type Operation } from '../../service/protocol/settings.ts';
import type { OriginalMethod } from './original.ts';
import type { Replayed } from './replay.ts';
import type { TableRow } from './table.ts';

/** Shares of the truth, |estimate - truth| / truth of the total; null where there is nothing to count. */
interface ErrorSummary {
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
}

export interface OperationScore {
  /** Settings that peaks were not told of, and that what is required was not told of. */
  readonly n: number;
  readonly needs: number;
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
const NEAR_LEAST = 0.5;
const NEAR_MOST = 1.5;

interface Judged {
  readonly row: TableRow;
  /** Null: there is no figure. */
  readonly ours: EstimateMiB | null;
  /** Null where its peaks were told. */
  readonly reservedMiB: number | null;
  /** Null where it is not known, or runs under caps told of it. */
  readonly needMiB: number | null;
  readonly originalPeakMiB: number | null;
  readonly originalBufferedMiB: number | null;
  readonly beyond: boolean;
}

/**
 * Judges a fit: its peaks on all rows that were not run, and what is required on all that were not run under caps.
 * @param fit null: there is none, and so no figure.
 * @param roomMiB of the device of the benchmark.
 */
export function score(
  table: readonly TableRow[],
  { measured, probed }: Pick<Replayed, 'measured' | 'probed'>,
  fit: Fit | null,
  roomMiB: number,
  original: OriginalMethod,
): { ops: Record<Operation, OperationScore>; all: OperationScore; verdict: VerdictScore } {
  const largestMpx = Math.max(...[...measured, ...probed].map((row) => outputAreaMpx(row.settings)));
  const judged = table
    .map((row): Judged => ({
      row,
      ours: estimateOf(fit, row, roomMiB),
      reservedMiB: measured.has(row) || probed.has(row) ? null : row.reservedMiB,
      needMiB: probed.has(row) ? null : row.needMiB,
      originalPeakMiB: original.peakMiB(row.settings),
      originalBufferedMiB: original.bufferedMiB(row.settings),
      beyond: outputAreaMpx(row.settings) > largestMpx,
    }))
    .filter(({ reservedMiB, needMiB }) => reservedMiB !== null || needMiB !== null);
  const ops = Object.fromEntries(
    OPERATIONS.map((operation) => [
      operation,
      scoreOperation(judged.filter((one) => one.row.settings.operation === operation)),
    ]),
  );
  return {
    ops: ops as Record<Operation, OperationScore>,
    all: scoreOperation(judged),
    verdict: scoreVerdicts(judged, fit),
  };
}

function estimateOf(fit: Fit | null, row: TableRow, roomMiB: number): EstimateMiB | null {
  if (fit === null) return null;
  const ours = estimate(fit, row.settings, roomMiB);
  if (!ours.ok) throw new Error(`no estimate: ${ours.reason}`);
  return ours;
}

interface Truth {
  readonly ours: EstimateMiB;
  readonly truthMiB: number;
}

function scoreOperation(all: readonly Judged[]): OperationScore {
  const beyond = all.filter((one) => one.beyond);
  const needs = (some: readonly Judged[]): Truth[] =>
    some.flatMap(({ ours, needMiB }) => (ours === null || needMiB === null ? [] : [{ ours, truthMiB: needMiB }]));
  const peaks = (some: readonly Judged[]): Truth[] =>
    some.flatMap(({ ours, reservedMiB }) =>
      ours === null || reservedMiB === null ? [] : [{ ours, truthMiB: reservedMiB }],
    );
  const required = (some: readonly Judged[]): ErrorSummary =>
    summary(needs(some).map(({ ours, truthMiB }) => shareOff(ours.required.valueMiB, truthMiB)));
  const peak = (some: readonly Judged[]): ErrorSummary =>
    summary(peaks(some).map(({ ours, truthMiB }) => shareOff(ours.peak.valueMiB, truthMiB)));
  const originalPeak = (some: readonly Judged[]): ErrorSummary =>
    summary(
      some.flatMap(({ originalPeakMiB, reservedMiB }) =>
        originalPeakMiB === null || reservedMiB === null ? [] : [shareOff(originalPeakMiB, reservedMiB)],
      ),
    );
  const bounded = needs(all).map(({ ours, truthMiB }) => ({ upperMiB: ours.required.highMiB, truthMiB }));
  return {
    n: all.filter(({ reservedMiB }) => reservedMiB !== null).length,
    needs: all.filter(({ needMiB }) => needMiB !== null).length,
    required: required(all),
    peak: peak(all),
    coverage95: mean(bounded.map(({ upperMiB, truthMiB }) => (truthMiB <= upperMiB ? 1 : 0))),
    upperOverheadMean: mean(bounded.map(({ upperMiB, truthMiB }) => (upperMiB - truthMiB) / truthMiB)),
    beyond: { n: beyond.length, required: required(beyond), peak: peak(beyond) },
    original: { peak: originalPeak(all), beyondPeak: originalPeak(beyond) },
  };
}

/** What slices to fit may fail on one card and run on a smaller one: each card has its own estimate. */
function scoreVerdicts(judged: readonly Judged[], fit: Fit | null): VerdictScore {
  let n = 0;
  const counts = { falseOom: 0, missedOom: 0, tight: 0, originalFalse: 0, originalMissed: 0 };
  for (const cardGiB of CARDS_GIB) {
    const totalMiB = cardGiB * MIB_PER_GIB;
    for (const { row, needMiB, originalBufferedMiB } of judged) {
      if (needMiB === null || needMiB < NEAR_LEAST * totalMiB || needMiB > NEAR_MOST * totalMiB) continue;
      n += 1;
      const runs = needMiB <= totalMiB;
      const ours = estimateOf(fit, row, totalMiB);
      const answer = ours === null ? null : verdict(ours, { usableMiB: totalMiB, otherMiB: 0 }).verdict;
      if (answer === 'tight') counts.tight += 1;
      if (answer === 'will-not-fit' && runs) counts.falseOom += 1;
      if (answer === 'fits' && !runs) counts.missedOom += 1;
      const originalSaysOom = originalBufferedMiB !== null && originalBufferedMiB > totalMiB;
      if (originalSaysOom && runs) counts.originalFalse += 1;
      if (!originalSaysOom && !runs) counts.originalMissed += 1;
    }
  }
  const share = (count: number): number | null => (n === 0 ? null : rounded(count / n));
  const ours = (count: number): number | null => (fit === null ? null : share(count));
  return {
    cardsGiB: CARDS_GIB,
    n,
    ours: { falseOom: ours(counts.falseOom), missedOom: ours(counts.missedOom), tight: ours(counts.tight) },
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
