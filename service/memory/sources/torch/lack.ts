import type { HostDevice } from '../../../protocol/host.ts';
import type { SourceReason, SourceState } from '../../../protocol/source.ts';
import { matchDevice } from '../../match.ts';
import { hasFigures, type DeviceReading } from '../types.ts';

/**
 * Why nvidia-smi has no figures for the host's card; null where it has them, or where what is wrong is the card's or
 * its driver's own and is to be told.
 */
export type Lack = SourceReason | 'unmatched' | null;

/**
 * With these torch may have figures all the same. A card that is lost, or a driver that hangs or is half updated, must
 * be mended instead.
 */
const SERVED: ReadonlySet<SourceReason> = new Set([
  'not-started',
  'driver-missing',
  'no-devices',
  'unknown-field',
  'no-permission',
  'not-available',
  'bad-output',
]);

/** @param before what was lacking until now. */
export function lackOf(
  { health, reason }: Pick<SourceState, 'health' | 'reason'>,
  host: HostDevice | null,
  seen: readonly DeviceReading[],
  before: Lack,
): Lack {
  if (health === 'unavailable') return reason !== null && SERVED.has(reason) ? reason : null;
  // Silence says nothing new of what it can tell.
  if (health !== 'ok') return before;
  if (host === null) return seen.length > 0 && !seen.some(hasFigures) ? 'no-memory-figures' : null;
  const device = matchDevice(host, seen);
  if (device === null) return seen.length === 0 ? before : 'unmatched';
  return hasFigures(device) ? null : 'no-memory-figures';
}
