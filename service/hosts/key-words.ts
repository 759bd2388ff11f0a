/** What the key of a calibration says of family and torch. */
import { FAMILY_NAMES, type Family } from '../networks/families/registry.ts';
import type { Environment } from '../protocol/host.ts';

export interface TorchVersion {
  readonly major: number;
  readonly minor: number;
}

type Key = Environment['key'];

/** An inpainting checkpoint's says so behind it. */
export function familyOf(key: Key): Family | null {
  const family = key['family']?.split(' ')[0];
  return FAMILY_NAMES.find((one) => one === family) ?? null;
}

export function torchOf(key: Key): TorchVersion | null {
  const version = /^(\d+)\.(\d+)\./.exec(key['torch'] ?? '');
  return version === null ? null : { major: Number(version[1]), minor: Number(version[2]) };
}
