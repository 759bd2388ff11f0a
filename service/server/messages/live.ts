/** Who holds the device's memory now, and how it went in the last minutes. */
import type { ToViewerMessage } from '../../protocol/viewer.ts';
import type { LiveNews } from '../live.ts';
import type { Parts } from '../parts.ts';
import { holdersNow } from './holders.ts';

type Told = Extract<ToViewerMessage, { type: 'live' }>;

export function wholeLive(parts: Parts): Told {
  const { points, runs } = parts.live;
  return { type: 'live', whole: true, holders: holdersNow(parts), points: [...points], runs: [...runs] };
}

export function sinceThen(parts: Parts, { point, runs }: LiveNews): Told {
  const changed = runs === null ? null : [...runs];
  return { type: 'live', whole: false, holders: holdersNow(parts), points: [point], runs: changed };
}
