/**
 * What a set-up says of its networks itself: where to look for them first. It may be silent, and it may be wrong, so
 * that what was measured decides wherever something was.
 */
import type { Family } from '../networks/families/registry.ts';
import type { Conditioning } from '../operations/kind.ts';
import type { Environment } from '../protocol/host.ts';
import { cardOf, type Card } from './card.ts';
import { conditioningOf, familyOf, torchOf, type TorchVersion } from './key-words.ts';
import { toldBy, type ToldNetworks } from './told.ts';

export interface Hints {
  readonly family: Family | null;
  readonly conditioning: Conditioning;
  /** Of a number in the denoising network. */
  readonly bits: 16 | 32 | null;
  readonly attention: 'sdp' | 'xformers' | null;
  readonly torch: TorchVersion | null;
  /** All that a replay must know, where it is told. */
  readonly networks: ToldNetworks | null;
  readonly card: Card | null;
}

export const NO_HINTS: Hints = {
  family: null,
  conditioning: 'prompt',
  bits: null,
  attention: null,
  torch: null,
  networks: null,
  card: null,
};

const BITS: Readonly<Record<string, 16 | 32>> = { float16: 16, bfloat16: 16, float32: 32 };

/** Of a live set-up, or of a stored one. */
interface Told extends Pick<Environment, 'key'> {
  readonly device?: Pick<Environment['device'], 'backend' | 'name'>;
}

export function hintsOf({ key, device }: Told): Hints {
  const attention = key['attention'] ?? '';
  const told = toldBy(key, device?.backend ?? 'cuda');
  return {
    family: familyOf(key),
    conditioning: conditioningOf(key) ?? 'prompt',
    bits: BITS[key['dtype_unet'] ?? ''] ?? null,
    attention: attention === 'xformers' ? 'xformers' : attention.startsWith('sdp') ? 'sdp' : null,
    torch: torchOf(key),
    networks: told.ok ? told.value : null,
    card: device === undefined ? null : cardOf(device),
  };
}
