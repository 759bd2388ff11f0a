import { torchOf } from '../../hosts/key-words.ts';
import { withChange } from '../plan.ts';
import { NOTHING_UNKNOWN, type Candidate, type RemedyKind } from '../remedy.ts';

/** What A1111 calls it in its settings. */
const SDP_TITLE = 'sdp - scaled dot product';
const FIRST_TORCH_WITH_SDP = 2;

/**
 * sdp, which torch brings from 2.0 on, or xformers, which the WebUI installs where its flag is set. Both give the
 * picture that the others give but for rounding.
 */
export const attention: RemedyKind = {
  searches: false,
  candidates: ({ setUp: { key } }) => {
    const now = key['attention'];
    const found: Candidate[] = [];
    if (now !== 'sdp' && (torchOf(key)?.major ?? 0) >= FIRST_TORCH_WITH_SDP)
      found.push({
        step: {
          change: { code: 'attention', to: 'sdp' },
          applied: { kind: 'option', name: 'cross_attention_optimization', value: SDP_TITLE },
          picture: 'nearly',
          restart: false,
        },
        apply: (plan) => withChange(plan, { what: 'attention', to: 'sdp' }),
      });
    if (now !== 'xformers')
      found.push({
        step: {
          change: { code: 'attention', to: 'xformers' },
          applied: { kind: 'flag', add: ['--xformers'], remove: ['--opt-sdp-attention'] },
          picture: 'nearly',
          restart: true,
        },
        apply: (plan) => withChange(plan, { what: 'attention', to: 'xformers' }),
      });
    return found;
  },
  unknown: NOTHING_UNKNOWN,
};
