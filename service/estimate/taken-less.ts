/** Add-ons with which a generation takes less than without: a tiled VAE. */
import { settingsName } from '../model/replay/settings-name.ts';
import type { Interval } from '../model/types.ts';
import type { UsualSize } from '../protocol/estimate.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { AddedRun } from './add-ons.ts';

/** Of active bytes: with less than that it is how runs differ. */
const LESS_MIB = 64;
export const TAKES_LESS: UsualSize = { lowMiB: 0, highMiB: 0, takesLess: true };

export function tookLess(runs: readonly AddedRun[]): boolean {
  return runs.some(({ activeMiB }) => activeMiB < -LESS_MIB);
}

/**
 * Those that tell of these settings where they took less: no others do. Which pictures are cut up is the add-on's own
 * affair, so a smaller one may be left whole and need more than a larger one in pieces. Recorded with a tiled VAE:
 * img2img of 960x960 needs 1.3 GiB more than of 1024x1536.
 */
export function ofSame(runs: readonly AddedRun[], settings: GenerationSettings): readonly AddedRun[] {
  const isSame = (one: GenerationSettings): boolean =>
    settingsName(one) === settingsName(settings) && one.hires?.upscaler === settings.hires?.upscaler;
  return runs.filter((run) => isSame(run.settings));
}

/**
 * What is required where runs of these very settings took less: what they had reserved was enough. How much less would
 * have been they do not show, for another phase may need the most now: anything down to the weights. The value is the
 * middle.
 */
export function requiredWithLess(required: Interval, runs: readonly AddedRun[], leastMiB: number): Interval {
  const highMiB = Math.min(required.highMiB, Math.max(leastMiB, ...runs.map(({ ranWithMiB }) => ranWithMiB)));
  return { valueMiB: (leastMiB + highMiB) / 2, lowMiB: leastMiB, highMiB };
}
