/**
 * What a set-up says of its networks itself: where to look for them first. It may be silent, and it may be wrong, so
 * only the order of the search hangs on it.
 */
import type { Environment } from '../protocol/host.ts';

export interface Hints {
  readonly family: 'sd1' | 'sd2' | 'sdxl' | null;
  /** Of a number in the denoising network. */
  readonly bits: 16 | 32 | null;
  readonly attention: 'sdp' | 'xformers' | null;
  readonly torch: { readonly major: number; readonly minor: number } | null;
}

export const NO_HINTS: Hints = { family: null, bits: null, attention: null, torch: null };

const FAMILIES = ['sd1', 'sd2', 'sdxl'] as const;
const BITS: Readonly<Record<string, 16 | 32>> = { float16: 16, bfloat16: 16, float32: 32 };

/** @param key of the calibration (key.ts). */
export function hintsOf(key: Environment['key']): Hints {
  // An inpainting checkpoint's says so behind it.
  const family = key['family']?.split(' ')[0];
  const attention = key['attention'] ?? '';
  const version = /^(\d+)\.(\d+)\./.exec(key['torch'] ?? '');
  return {
    family: FAMILIES.find((one) => one === family) ?? null,
    bits: BITS[key['dtype_unet'] ?? ''] ?? null,
    attention: attention === 'xformers' ? 'xformers' : attention.startsWith('sdp') ? 'sdp' : null,
    torch: version === null ? null : { major: Number(version[1]), minor: Number(version[2]) },
  };
}
