/** Of a fit that rests on a replay alone. */
import { TERMS } from './pieces.ts';
import type { Fit } from './types.ts';

export const NO_PLANES: readonly number[] = TERMS.map(() => 0);

const NO_FACTOR = { value: 1, low: 1, high: 1 };
export const NO_FACTORS: Fit['factors'] = {
  sampling: NO_FACTOR,
  scores: NO_FACTOR,
  encode: NO_FACTOR,
  decode: NO_FACTOR,
  'vae-scores': NO_FACTOR,
};
