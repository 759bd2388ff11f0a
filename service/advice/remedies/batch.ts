import { largestBatch } from '../largest/batch.ts';
import { NOTHING_UNKNOWN, type RemedyKind } from '../remedy.ts';

/** Fewer pictures at once and more batches of them, so that no fewer are made. Their seeds count on as before. */
export const batch: RemedyKind = {
  searches: true,
  candidates: (_situation, base, judge) => {
    const { settings } = base;
    const measure = judge.measure(base);
    if (settings.batchSize === 1 || measure === null) return [];
    const most = largestBatch(settings, settings.batchSize, measure);
    if (most === null) return [];
    const more = Math.ceil(settings.batchSize / most);
    // As few as make as many in as many batches.
    const batchSize = Math.ceil(settings.batchSize / more);
    const fewer = { ...settings, batchSize };
    const times = base.times * more;
    return [
      {
        step: {
          change: { code: 'smaller-batch', batchSize, times: more },
          applied: { kind: 'sliders', settings: fewer, times },
          picture: 'nearly',
          restart: false,
        },
        apply: (plan) => ({ ...plan, settings: fewer, times }),
      },
    ];
  },
  unknown: NOTHING_UNKNOWN,
};
