/** What the key of a calibration says of family and torch. */
import { INPAINTING } from './conditioning.ts';
import { FAMILY_NAMES, type Family } from '../networks/families/registry.ts';
import type { Conditioning } from '../operations/kind.ts';
import type { Environment } from '../protocol/host.ts';

export interface TorchVersion {
  readonly major: number;
  readonly minor: number;
}

type Key = Environment['key'];

/** Behind it stands what is not plain conditioning by the prompt. */
export function familyOf(key: Key): Family | null {
  const family = key['family']?.split(' ')[0];
  return FAMILY_NAMES.find((one) => one === family) ?? null;
}

/** null where it is another than those that are known: that of instruct models, say. */
export function conditioningOf(key: Key): Conditioning | null {
  const [, conditioning] = key['family']?.split(' ') ?? [];
  if (conditioning === undefined) return 'prompt';
  return conditioning === INPAINTING ? 'inpainting' : null;
}

export function torchOf(key: Key): TorchVersion | null {
  const version = /^(\d+)\.(\d+)\./.exec(key['torch'] ?? '');
  return version === null ? null : { major: Number(version[1]), minor: Number(version[2]) };
}
