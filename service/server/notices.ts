import { toldDrift } from '../calibration/calibration.ts';
import { contradictionsOf, NOTHING_IMPORTED } from '../calibration/imported.ts';
import { unmatchedOf } from '../memory/unmatched.ts';
import type { Unmatched } from '../protocol/source.ts';
import type { SourceReason } from '../protocol/source.ts';
import type { Notice } from '../protocol/notice.ts';
import type { ViewerState } from '../protocol/viewer.ts';
import { calibrationNow, type Parts } from './parts.ts';

/** What is wrong and concerns more than one figure, for pages. */
export function noticesOf(parts: Parts): ViewerState['notices'] {
  const calibration = calibrationNow(parts);
  const drift = calibration?.drift ?? null;
  const contradictions = contradictionsOf(calibration?.imported ?? NOTHING_IMPORTED);
  const { leftMiB } = parts.leftBehind;
  const unmatched = unmatchedNow(parts);
  const notices: (Notice | null)[] = [
    ...parts.store.notices.map((notice) => ({ code: 'store' as const, notice })),
    unmatched === null ? null : { code: 'unmatched', unmatched },
    drift === null ? null : { code: 'drift', drift: toldDrift(drift) },
    contradictions === null ? null : { code: 'contradictions', ...contradictions },
    leftMiB === 0 ? null : { code: 'left-behind', leftMiB: Math.round(leftMiB) },
    ...parts.leakWatch.leaks.map((leak) => ({ code: 'leak' as const, leak })),
    parts.ranOut.told,
    parts.rescueOffer.isMade ? { code: 'rescue-offer' } : null,
  ];
  return notices.flatMap((notice) => (notice === null ? [] : [{ level: 'warning' as const, notice }]));
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
