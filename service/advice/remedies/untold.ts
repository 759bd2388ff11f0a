import { isTrue } from '../../hosts/facts.ts';
import { CUDA_ALLOCATOR, TOKEN_MERGING } from '../../hosts/key.ts';
import type { UnknownRemedy } from '../../protocol/advice.ts';
import type { RemedyKind } from '../remedy.ts';

/** On no others A1111 lets cuDNN try its engines. */
const TRIES_ENGINES = /\bGTX 16\d0/;

/**
 * What is said to help, and the replay knows nothing of: an extension's tiled autoencoder, merged tokens, segments that
 * grow, cuDNN's trying of engines.
 */
export const untold: RemedyKind = {
  searches: false,
  candidates: () => [],
  unknown: ({ setUp: { key, device } }) => {
    const found: UnknownRemedy[] = [{ code: 'tiled-vae', why: 'not-replayed' }];
    if (!TOKEN_MERGING.some((name) => isTrue(key[name]))) found.push({ code: 'token-merging', why: 'not-replayed' });
    if (!CUDA_ALLOCATOR.some((name) => /expandable_segments:\s*true/i.test(key[name] ?? '')))
      found.push({ code: 'expandable-segments', why: 'not-replayed' });
    if (TRIES_ENGINES.test(device?.name ?? '')) found.push({ code: 'cudnn-benchmark', why: 'not-replayed' });
    return found;
  },
};
