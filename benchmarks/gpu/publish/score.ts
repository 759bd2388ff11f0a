import { mean, quantile } from 'simple-statistics';
import type { IntervalMiB } from '../../../service/protocol/estimate.ts';
import type { CardRecord, PeakRecord } from '../records.ts';
import type { Capture } from './tables.ts';

/** Shares of the truth, of the whole device: |estimate - truth| / truth. */
export interface Errors {
  readonly n: number;
  readonly mean: number;
  readonly p95: number;
  readonly max: number;
  /** Share of the truths that lie in the interval. */
  readonly covered: number;
}

/** Device-side MiB. */
export interface Pair {
  readonly operation: string;
  readonly estimated: IntervalMiB;
  readonly measuredMiB: number;
}

/** The peak by torch's counter with all else on the device added, or by the readings where there is no counter. */
export function peakPairs({ runs }: Capture): Pair[] {
  return runs.flatMap(({ part, settings, told, seen, estimated }) => {
    if (part !== 'generations' || told.outcome !== 'ok' || estimated === null) return [];
    const counted =
      told.torch === null || seen?.otherMiB === undefined || seen.otherMiB === null
        ? null
        : told.torch.reservedPeakMiB + seen.otherMiB;
    const measuredMiB = counted ?? seen?.peakMiB ?? null;
    return measuredMiB === null ? [] : [{ operation: settings.operation, estimated: estimated.peak, measuredMiB }];
  });
}

export function requiredPairs({ runs, needs }: Capture): Pair[] {
  return needs.flatMap(({ item, settings, needMiB }) => {
    const run = runs.find((one) => one.part === 'generations' && one.item === item);
    if (run?.estimated === undefined || run.estimated === null || run.seen === null || run.seen.otherMiB === null)
      return [];
    return [
      { operation: settings.operation, estimated: run.estimated.required, measuredMiB: needMiB + run.seen.otherMiB },
    ];
  });
}

/** Null where there is nothing to judge. */
export function errorsOf(pairs: readonly Pair[]): Errors | null {
  if (pairs.length === 0) return null;
  const shares = pairs.map(({ estimated, measuredMiB }) => Math.abs(estimated.valueMiB - measuredMiB) / measuredMiB);
  const covered = pairs.filter(
    ({ estimated, measuredMiB }) => measuredMiB >= estimated.lowMiB && measuredMiB <= estimated.highMiB,
  ).length;
  return {
    n: pairs.length,
    mean: mean(shares),
    p95: quantile(shares, 0.95),
    max: Math.max(...shares),
    covered: covered / pairs.length,
  };
}

export interface Verdicts {
  readonly n: number;
  readonly ran: number;
  readonly ranOutOfMemory: number;
  readonly tight: number;
  /** `fits`, and it ran out of memory. */
  readonly missed: number;
  /** `will-not-fit`, and it ran. */
  readonly falseAlarms: number;
}

export function verdictsOf(cards: readonly CardRecord[]): Verdicts {
  const count = (fits: (card: CardRecord) => boolean): number => cards.filter(fits).length;
  return {
    n: cards.length,
    ran: count(({ outcome }) => outcome === 'ok'),
    ranOutOfMemory: count(({ outcome }) => outcome === 'oom'),
    tight: count(({ verdict }) => verdict === 'tight'),
    missed: count(({ verdict, outcome }) => verdict === 'fits' && outcome === 'oom'),
    falseAlarms: count(({ verdict, outcome }) => verdict === 'will-not-fit' && outcome === 'ok'),
  };
}

/** Below this share of the truth a peak counts as missed. */
const SEEN_SHARE = 0.98;

export interface Missed {
  readonly intervalMs: number;
  readonly n: number;
  readonly missed: number;
  readonly medianDecodeMs: number;
}

export function missedPeaks(peaks: readonly PeakRecord[]): Missed[] {
  const intervals = [...new Set(peaks.map(({ intervalMs }) => intervalMs))].sort((a, b) => a - b);
  return intervals.map((intervalMs) => {
    const own = peaks.filter((peak) => peak.intervalMs === intervalMs);
    const missed = own.filter(({ seenMiB, truthMiB }) => seenMiB === null || seenMiB < SEEN_SHARE * truthMiB).length;
    return {
      intervalMs,
      n: own.length,
      missed,
      medianDecodeMs: quantile(
        own.map(({ decodeMs }) => decodeMs),
        0.5,
      ),
    };
  });
}
