import { withChange } from '../plan.ts';
import { NOTHING_UNKNOWN, type RemedyKind } from '../remedy.ts';

/** Prompt and negative prompt one after the other. */
export const promptsApart: RemedyKind = {
  searches: false,
  candidates: ({ setUp: { traits } }) =>
    traits.condUncondBatched !== true
      ? []
      : [
          {
            step: {
              change: { code: 'prompts-apart' },
              applied: { kind: 'option', name: 'batch_cond_uncond', value: false },
              picture: 'nearly',
              restart: false,
            },
            apply: (plan) => withChange(plan, { what: 'batch-cond-uncond', to: false }),
          },
        ],
  unknown: NOTHING_UNKNOWN,
};
