/** What the key of a calibration says of family and torch. */
import type { Environment } from '../protocol/host.ts';

const FAMILIES = ['sd1', 'sd2', 'sdxl'] as const;
export type Family = (typeof FAMILIES)[number];

export interface TorchVersion {
  readonly major: number;
  readonly minor: number;
}

type Key = Environment['key'];

/** An inpainting checkpoint's says so behind it. */
export function familyOf(key: Key): Family | null {
  const family = key['family']?.split(' ')[0];
  return FAMILIES.find((one) => one === family) ?? null;
}

export function torchOf(key: Key): TorchVersion | null {
  const version = /^(\d+)\.(\d+)\./.exec(key['torch'] ?? '');
  return version === null ? null : { major: Number(version[1]), minor: Number(version[2]) };
}
