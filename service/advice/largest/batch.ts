import type { GenerationSettings } from '../../protocol/settings.ts';
import { largestBelow, type Measure } from './search.ts';

/** As far as a benchmark measures. */
export const MOST_BATCH = 16;

/** The largest batch size below `beyond` that fits; null where not even one picture does. */
export function largestBatch(settings: GenerationSettings, beyond: number, measure: Measure): number | null {
  return largestBelow(beyond, (batchSize) => ({ ...settings, batchSize }), measure);
}
