/** Whether a person's own generations have left what was estimated of them. */
import { at } from '../base/at.ts';
import { driftOf, IN_A_ROW, type Drift, type EstimatedRun } from '../model/drift.ts';
import { measuredPeakMiB } from '../recorder/measured.ts';
import type { Run } from '../recorder/run.ts';

/** Whether estimates came from runs of the set-up itself, or of a similar one. */
type Source = 'own' | 'similar';

/**
 * What an ordinary run showed against what was firmly estimated of it from `source`; null where the two do not compare.
 */
export function estimatedRunOf(run: Run, source: Source): EstimatedRun | null {
  const { estimatedPeakMiB: valueMiB, estimatedPeakRange: range } = run;
  const measuredMiB = run.outcome === 'oom' ? ranOutAtMiB(run) : measuredPeakMiB(run);
  if (run.origin !== 'ordinary' || run.capMiB !== null || measuredMiB === null) return null;
  if (valueMiB === null || range === null || !range.firm || range.similar !== (source === 'similar')) return null;
  // A run with another mark was not like those measured.
  if (run.marks.some((mark) => mark !== 'outlier')) return null;
  const compared = { estimated: { valueMiB, lowMiB: range.lowMiB, highMiB: range.highMiB }, measuredMiB };
  // A retry gave back the cache: that peak is a lower bound.
  if (run.outcome === 'ok') return (run.torch?.allocRetries ?? 0) > 0 ? null : compared;
  // More than there was: only where the estimate was less does that say anything.
  return run.outcome === 'oom' && measuredMiB > range.highMiB ? compared : null;
}

/** Of the whole device: all that programs can have of it was not enough. */
function ranOutAtMiB({ usableMiB, totalMiB }: Run): number | null {
  return usableMiB ?? totalMiB;
}

export interface DriftSince extends Drift {
  /** Start of the first run in the row. */
  readonly sinceMs: number;
  /** One of the last ran out of memory: how far it would have gone is not known. */
  readonly ranOut: boolean;
}

/**
 * Whether ordinary runs since the last benchmark have left their intervals, five in a row on one side; a run inside
 * ends it.
 * @param runs of one key, oldest first.
 */
export function driftSince(runs: readonly Run[], source: Source = 'own'): DriftSince | null {
  const lastBenchmark = runs.findLastIndex(({ origin }) => origin === 'benchmark');
  const compared = runs.slice(lastBenchmark + 1).flatMap((run) => {
    const estimated = estimatedRunOf(run, source);
    return estimated === null ? [] : [{ ...estimated, startedAtMs: run.startedAtMs, ranOut: run.outcome === 'oom' }];
  });
  const drift = driftOf(compared);
  if (drift === null) return null;
  const first =
    compared.findLastIndex(({ estimated, measuredMiB }) =>
      drift.direction === 'above' ? measuredMiB <= estimated.highMiB : measuredMiB >= estimated.lowMiB,
    ) + 1;
  return {
    ...drift,
    sinceMs: at(compared, first).startedAtMs,
    ranOut: compared.slice(-IN_A_ROW).some(({ ranOut }) => ranOut),
  };
}
