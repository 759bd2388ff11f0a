import { unmatchedOf, type Unmatched } from '../memory/unmatched.ts';
import type { SourceReason, ViewerState } from '../protocol/viewer.ts';
import { contradictionsInWords, driftInWords, leftBehindInWords } from '../words/en/calibration.ts';
import { unmatchedInWords } from '../words/en/sources.ts';
import { storeNoticeInWords } from '../words/en/store.ts';
import { calibrationNow, type Parts } from './parts.ts';

/** What is wrong and concerns more than one figure, for pages. */
export function noticesOf(parts: Parts): ViewerState['notices'] {
  const calibration = calibrationNow(parts);
  const drift = calibration?.drift ?? null;
  const { leftMiB } = parts.leftBehind;
  const unmatched = unmatchedNow(parts);
  const words = [
    ...parts.store.notices.map(storeNoticeInWords),
    unmatched === null ? null : unmatchedInWords(unmatched),
    drift === null ? null : driftInWords(drift),
    calibration === null ? null : contradictionsInWords(calibration.imported),
    leftMiB === 0 ? null : leftBehindInWords(leftMiB),
  ];
  return words.flatMap((message) => (message === null ? [] : [{ level: 'warning' as const, message }]));
}

/** Why the card that the WebUI computes on is not found among those that are read; null where it is. */
export function unmatchedNow({ link, memory }: Pick<Parts, 'link' | 'memory'>): Unmatched | null {
  if (link.host === null || memory.source.health !== 'ok' || memory.device !== null) return null;
  return unmatchedOf(link.host.environment.device, memory.devices);
}

/** Why nothing could be estimated by what a benchmark measures, for the device will not be read. */
export function noFigures({ memory }: Pick<Parts, 'memory'>): SourceReason | null {
  const { health, reason } = memory.source;
  return health === 'unavailable' && reason === 'no-memory-figures' ? reason : null;
}
