import { hintsOf } from '../../service/hosts/hints.ts';
import { traitsOf } from '../../service/hosts/hosts.ts';
import { fit } from '../../service/model/fit.ts';
import { unmeasured, type WhyNot } from '../../service/model/unmeasured/unmeasured.ts';
import type { Fit } from '../../service/model/types.ts';
import type { FitFailure } from '../../service/protocol/calibration.ts';
import { OPERATIONS } from '../../service/protocol/settings.ts';
import type { PlanOptions } from '../../service/plan/planner.ts';
import type { TableHost } from './host-file.ts';
import type { BenchmarkOptions } from './options.ts';
import { originalMethod, originalRuns } from './original.ts';
import { replayBenchmark, type Replayed } from './replay.ts';
import { score, type OperationScore, type VerdictScore } from './score.ts';
import type { TableRow } from './table.ts';

/** The settings of the benchmark that the original is judged by: 384 runs of its own. */
const MAX_SIZE_PX = 960;
const MAX_BATCH_SIZE = 8;
/**
 * The card that the benchmark runs on: the largest that the verdicts are judged on. Nothing is run that would not fit.
 */
export const CARD_MIB = 24 * 1024;

export interface AccuracyOptions extends BenchmarkOptions {
  readonly table: string;
  /** Weights and context, which are in the figures of the rows. */
  readonly staticMiB: number;
  readonly host: TableHost;
}

export interface AccuracyResult {
  readonly table: string;
  readonly budget: number;
  readonly runsUsed: number;
  readonly originalRuns: number;
  /** Why there is no figure for anything; null where there are figures. */
  readonly noFigure: FitFailure | WhyNot | null;
  readonly ops: Readonly<Record<string, OperationScore>>;
  /** Of all operations together. */
  readonly all: OperationScore;
  readonly verdict: VerdictScore;
}

/** Benchmarks a table as the sidecar benchmarks a card, and judges what came of it. */
export function runAccuracy(
  rows: readonly TableRow[],
  options: AccuracyOptions,
): { readonly result: AccuracyResult; readonly fit: Fit | null; readonly replayed: Replayed } {
  const { key, device, idleSlackMiB } = options.host;
  const slack = idleSlackMiB === null ? {} : { slackMiB: idleSlackMiB };
  const traits = { ...traitsOf(options.host), staticMiB: options.staticMiB, ...slack };
  const hints = hintsOf(device === null ? { key } : { key, device });
  const plan: PlanOptions = {
    maxSizePx: MAX_SIZE_PX,
    maxBatchSize: MAX_BATCH_SIZE,
    operations: OPERATIONS.filter((operation) => rows.some((row) => row.settings.operation === operation)),
    budget: options.budget,
    limitMiB: CARD_MIB,
    seed: options.seed,
    traits,
    hints,
  };
  const replayed = replayBenchmark(rows, plan, { ...options, idleSlackMiB });
  const fitted =
    replayed.observations.length === 0 ? unmeasured(key, traits, device) : fit(replayed.observations, traits, hints);
  const original = originalMethod(rows, options.staticMiB, MAX_SIZE_PX, MAX_BATCH_SIZE);
  const result = {
    table: options.table,
    budget: options.budget,
    runsUsed: replayed.observations.length,
    originalRuns: originalRuns(MAX_SIZE_PX, MAX_BATCH_SIZE),
    noFigure: fitted.ok ? null : fitted.reason,
    ...score(rows, replayed, fitted.ok ? fitted.value : null, CARD_MIB, original),
  };
  return { result, fit: fitted.ok ? fitted.value : null, replayed };
}
