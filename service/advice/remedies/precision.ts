import { familyOf } from '../../hosts/key-words.ts';
import { FAMILIES } from '../../networks/families/registry.ts';
import { withChange } from '../plan.ts';
import type { Candidate, RemedyKind } from '../remedy.ts';

const isFloat = (dtype: string | undefined): boolean => dtype === 'float32';

/** 16 bits for what is in 32 by a flag. */
export const half: RemedyKind = {
  searches: false,
  candidates: ({ setUp: { key } }) => {
    const code = !isFloat(key['dtype_vae']) ? null : isFloat(key['dtype_unet']) ? 'half' : 'half-vae';
    if (code === null || (code === 'half-vae' && isUndone(key))) return [];
    return [
      {
        step: {
          change: { code },
          applied: { kind: 'flag', add: [], remove: code === 'half' ? ['--no-half'] : ['--no-half-vae'] },
          picture: 'nearly',
          restart: true,
        },
        apply: (plan) => withChange(plan, { what: 'precision', to: 'half' }),
      },
    ];
  },
  unknown: ({ setUp: { key } }) =>
    isFloat(key['dtype_vae']) && !isFloat(key['dtype_unet']) && isUndone(key)
      ? [{ code: 'half-vae', why: 'undone' }]
      : [],
};

function isUndone(key: Readonly<Record<string, string>>): boolean {
  const family = familyOf(key);
  return family !== null && FAMILIES[family].vaeNeedsFloat;
}

/** Weights in 8 bits, where the WebUI has that and the network computes in 16. */
export const fp8: RemedyKind = {
  searches: false,
  candidates: ({ setUp: { key } }) => {
    if (key['fp8'] !== 'False' || isFloat(key['dtype_unet'])) return [];
    const found: Candidate = {
      step: {
        change: { code: 'fp8-weights' },
        applied: { kind: 'option', name: 'fp8_storage', value: 'Enable' },
        picture: 'differs',
        restart: false,
      },
      apply: (plan) => withChange(plan, { what: 'precision', to: 'fp8' }),
    };
    return [found];
  },
  unknown: ({ setUp: { key } }) => (key['fp8'] === undefined ? [{ code: 'fp8-weights', why: 'not-told' }] : []),
};
