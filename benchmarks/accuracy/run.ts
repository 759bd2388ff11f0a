import { fit } from '../../service/model/fit.ts';
import type { Fit } from '../../service/model/types.ts';
import { OPERATIONS } from '../../service/protocol/settings.ts';
import type { PlanOptions } from '../../service/plan/planner.ts';
import type { TableOptions } from './options.ts';
import { originalMethod, originalRuns } from './original.ts';
import { replayBenchmark, traitsOf, type Replayed } from './replay.ts';
import { score, type OperationScore, type VerdictScore } from './score.ts';
import type { TableRow } from './table.ts';

/** The settings of the benchmark that the original is judged by: 384 runs of its own. */
const MAX_SIZE_PX = 960;
const MAX_BATCH_SIZE = 8;
/**
 * The card that the benchmark runs on: the largest that the verdicts are judged on. Nothing is run that would not fit.
 */
const CARD_MIB = 24 * 1024;

export interface AccuracyOptions extends TableOptions {
  readonly table: string;
}

export interface AccuracyResult {
  readonly table: string;
  readonly budget: number;
  readonly runsUsed: number;
  readonly originalRuns: number;
  readonly ops: Readonly<Record<string, OperationScore>>;
  readonly verdict: VerdictScore;
}

/** Benchmarks a table as the sidecar benchmarks a card, and judges what came of it. */
export function runAccuracy(
  rows: readonly TableRow[],
  options: AccuracyOptions,
): { readonly result: AccuracyResult; readonly fit: Fit; readonly replayed: Replayed } {
  const traits = traitsOf(options.staticMiB, options.attention);
  const plan: PlanOptions = {
    maxSizePx: MAX_SIZE_PX,
    maxBatchSize: MAX_BATCH_SIZE,
    operations: OPERATIONS.filter((operation) => rows.some((row) => row.settings.operation === operation)),
    budget: options.budget,
    limitMiB: CARD_MIB,
    seed: options.seed,
    traits,
  };
  const replayed = replayBenchmark(rows, plan, options.noiseMiB);
  const fitted = fit(replayed.observations, traits);
  if (!fitted.ok) throw new Error(`${replayed.observations.length} runs of this table give no fit: ${fitted.reason}`);
  const original = originalMethod(rows, options.staticMiB, MAX_SIZE_PX, MAX_BATCH_SIZE);
  const result = {
    table: options.table,
    budget: options.budget,
    runsUsed: replayed.observations.length,
    originalRuns: originalRuns(MAX_SIZE_PX, MAX_BATCH_SIZE),
    ...score(rows, replayed.rows, fitted.fit, CARD_MIB, original),
  };
  return { result, fit: fitted.fit, replayed };
}
