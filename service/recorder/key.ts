import { createHash } from 'node:crypto';
import type { Environment } from '../protocol/host.ts';

/** What of an environment makes its calibration key: measured figures hold for no other. */
export type Keyed = Pick<Environment, 'webui' | 'webuiVersion' | 'torchVersion' | 'device' | 'key'>;

/**
 * Calibration key: 16 hex digits of the SHA-256 of what moves memory use. The card goes by its UUID (its name where
 * torch does not tell one), never by an index; `key` by its name-value pairs in order of the names.
 */
export function keyHashOf({ webui, webuiVersion, torchVersion, device, key }: Keyed): string {
  const pairs = Object.entries(key).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const card = [device.backend, device.uuid ?? device.name];
  return createHash('sha256')
    .update(JSON.stringify([webui, webuiVersion, torchVersion, card, pairs]))
    .digest('hex')
    .slice(0, 16);
}
