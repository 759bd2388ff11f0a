import { slicesToFit, type Scores } from '../../networks/attention/scores.ts';
import type { AttentionKind } from '../types.ts';

/** What attention may keep of its scores; nothing where that is not known enough to be replayed. */
export const SCORES: Readonly<Record<AttentionKind, readonly Scores[]>> = {
  fused: ['fused', 'xformers'],
  unfused: ['whole', 'pairs'],
  'sub-quadratic': ['chunks'],
  doggettx: ['slices'],
  invokeai: ['slices-of-heads'],
  adaptive: [],
  unknown: [],
};

/** Whether attention slices its work to fit what is free, in a way that is known. */
export function slicesAttention(attention: AttentionKind): boolean {
  return SCORES[attention].length > 0 && SCORES[attention].every(slicesToFit);
}
