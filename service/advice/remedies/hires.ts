import { largestHires } from '../largest/hires.ts';
import { NOTHING_UNKNOWN, type RemedyKind } from '../remedy.ts';

/** A smaller factor of hires fix, from the same base. */
export const hires: RemedyKind = {
  searches: true,
  candidates: (_situation, base, judge) => {
    const measure = judge.measure(base);
    const found = measure === null ? null : largestHires(base.settings, 'the-target', measure);
    if (found === null) return [];
    return [
      {
        step: {
          change: { code: 'smaller-hires', settings: found },
          applied: { kind: 'sliders', settings: found, times: base.times },
          picture: 'smaller',
          restart: false,
        },
        apply: (plan) => ({ ...plan, settings: found }),
      },
    ];
  },
  unknown: NOTHING_UNKNOWN,
};
