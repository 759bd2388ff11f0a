import type { Hints } from '../../hosts/hints.ts';
import type { Kernels } from '../../program/kernels.ts';
import { PRECISIONS, type Networks } from '../../networks/networks.ts';

type Sampling = Pick<Networks, 'shape' | 'precision' | 'scores' | 'kernels'>;

/** Whether networks are what the set-up says of itself, as far as it says anything. */
export function isHinted({ shape, precision, scores, kernels }: Sampling, hints: Hints): boolean {
  return (
    (hints.family === null || shape === hints.family) &&
    (hints.bits === null || PRECISIONS[precision].width * 8 === hints.bits) &&
    (scores !== 'fused' || hints.attention !== 'xformers') &&
    (scores !== 'xformers' || hints.attention !== 'sdp') &&
    (scores !== 'fused' || !kernels.tracksOrder || isOfTorch(kernels, hints.torch))
  );
}

/** torch 2.2 brought flash for all; before, and on cards that have no flash, there are others. */
function isOfTorch({ sdpa }: Kernels, torch: Hints['torch']): boolean {
  if (torch === null || sdpa === 'efficient') return true;
  const isNew = torch.major > 2 || (torch.major === 2 && torch.minor >= 2);
  return sdpa === (isNew ? 'flash' : 'flash-if-many');
}
