/** How right the estimates were. Pure. */
import type { RunRow } from '../../service/protocol/viewer.ts';
import { accuracyInWords, formatDifference, outOfMemoryInWords, resultInWords } from '../../service/words/index.ts';

/**
 * How far the estimate was from the peak, both of the WebUI alone: what others use would flatter it. Null where either
 * is missing or the peak is only a lower bound.
 */
export function offBy(row: RunRow): string | null {
  return row.outcome === 'ok' && row.capMiB === null
    ? formatDifference(row.estimatedWebuiPeakMiB, row.webuiPeakMiB)
    : null;
}

const LAST = 20;

/** A person's own generations of which there is something to compare, newest first. */
function lastOf(rows: readonly RunRow[]): RunRow[] {
  return rows
    .filter(
      ({ origin, imported, capMiB, marks }) =>
        origin === 'ordinary' && !imported && capMiB === null && marks.every((mark) => mark === 'outlier'),
    )
    .filter(
      ({ outcome, estimatedWebuiPeakMiB, webuiPeakMiB }) =>
        outcome === 'oom' || (outcome === 'ok' && estimatedWebuiPeakMiB !== null && Boolean(webuiPeakMiB)),
    )
    .slice(0, LAST);
}

function offByPercentOf({ outcome, estimatedWebuiPeakMiB, webuiPeakMiB }: RunRow): number[] {
  if (outcome !== 'ok' || estimatedWebuiPeakMiB === null || !webuiPeakMiB) return [];
  return [Math.abs(estimatedWebuiPeakMiB / webuiPeakMiB - 1) * 100];
}

/**
 * How the newest generations of a person's own went, against what was estimated of them; empty where there are none to
 * compare.
 */
export function lastInWords(rows: readonly RunRow[]): string {
  const own = lastOf(rows);
  const failed = own.filter(({ outcome }) => outcome === 'oom').length;
  const offByPercent = own.flatMap(offByPercentOf);
  const [newest] = own;
  return [
    ...(newest === undefined || failed === 0
      ? []
      : [outOfMemoryInWords(failed, own.length, newest.outcome === 'oom', newest.estimatedWebuiPeakMiB)]),
    ...(offByPercent.length === 0 ? [] : [accuracyInWords(offByPercent, failed > 0)]),
  ].join(' ');
}

/** Of all runs that were made here and count, the benchmark's too; empty where there are none to compare. */
export function measuredInAll(rows: readonly RunRow[]): string {
  const offByPercent = rows
    .filter(({ imported, capMiB, marks }) => !imported && capMiB === null && marks.length === 0)
    .flatMap(offByPercentOf);
  return offByPercent.length === 0 ? '' : resultInWords(offByPercent);
}
