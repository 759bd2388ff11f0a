import { largestSettings } from '../largest/size.ts';
import { NOTHING_UNKNOWN, type RemedyKind } from '../remedy.ts';

/** The largest of the same shape. */
export const size: RemedyKind = {
  searches: true,
  candidates: (_situation, base, judge) => {
    const { settings, times } = base;
    const measure = judge.measure(base);
    const found =
      measure === null ? null : largestSettings(settings, Math.max(settings.width, settings.height), measure);
    if (found === null) return [];
    return [
      {
        step: {
          change: { code: 'smaller-size', settings: found },
          applied: { kind: 'sliders', settings: found, times },
          picture: 'smaller',
          restart: false,
        },
        apply: (plan) => ({ ...plan, settings: found }),
      },
    ];
  },
  unknown: NOTHING_UNKNOWN,
};
