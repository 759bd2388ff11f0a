import { createHash } from 'node:crypto';
import type { Environment } from '../protocol/host.ts';

/** Calibration key: 16 hex digits of the SHA-256 of the name-value pairs of `environment.key`, in order of names. */
export function keyHashOf(environment: Pick<Environment, 'key'>): string {
  const pairs = Object.entries(environment.key).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return createHash('sha256').update(JSON.stringify(pairs)).digest('hex').slice(0, 16);
}
