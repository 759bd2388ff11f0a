import { withChange } from '../plan.ts';
import { NOTHING_UNKNOWN, type RemedyKind } from '../remedy.ts';

/** A live preview that is decoded in full has the autoencoder at work between the steps. */
export const preview: RemedyKind = {
  searches: false,
  candidates: ({ setUp: { key } }) =>
    key['live_preview'] !== 'Full'
      ? []
      : [
          {
            step: {
              change: { code: 'light-preview' },
              applied: { kind: 'option', name: 'show_progress_type', value: 'Approx NN' },
              picture: 'same',
              restart: false,
            },
            apply: (plan) => withChange(plan, { what: 'live-preview', to: 'light' }),
          },
        ],
  unknown: NOTHING_UNKNOWN,
};
