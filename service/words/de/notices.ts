/** What is told of what is wrong and concerns more than one figure. */
import type { Notice } from '../../protocol/notice.ts';
import { contradictionsInWords, driftInWords, leftBehindInWords } from './calibration.ts';
import { leakInWords } from './leaks.ts';
import { ranOutInWords } from './ran-out.ts';
import { RESCUE_OFFER } from './rescue.ts';
import { unmatchedInWords } from './sources.ts';
import { storeNoticeInWords } from './store.ts';

export function noticeInWords(notice: Notice): string {
  switch (notice.code) {
    case 'store':
      return storeNoticeInWords(notice.notice);
    case 'unmatched':
      return unmatchedInWords(notice.unmatched);
    case 'drift':
      return driftInWords(notice.drift);
    case 'contradictions':
      return contradictionsInWords(notice);
    case 'left-behind':
      return leftBehindInWords(notice.leftMiB);
    case 'leak':
      return leakInWords(notice.leak);
    case 'ran-out':
      return ranOutInWords(notice);
    case 'rescue-offer':
      return RESCUE_OFFER;
  }
}
