import { BYTES_PER_MIB, PX_PER_MPX } from '../base/units.ts';
import { outputAreaMpx } from '../model/geometry.ts';
import type { Growth } from '../model/growth.ts';
import { plannedMiB } from '../model/reserved.ts';
import type { Fit, Interval, ProcessFit } from '../model/types.ts';
import type { GenerationSettings } from '../protocol/settings.ts';

/**
 * What the VAE's attention takes where it keeps its score matrices: two of them, a row and a column for each latent
 * pixel, in 32 bits.
 */
const SCORES_MIB_PER_MPX2 = (2 * 4 * (PX_PER_MPX / 64) ** 2) / BYTES_PER_MIB;

/**
 * An interval of a process's memory, opened to all that it may be: what the same settings have shown, what the process
 * may use again of what it holds, or not, and beyond the sizes measured score matrices, of which the runs so far could
 * not tell.
 */
export function openedTo(
  { valueMiB, lowMiB, highMiB }: Interval,
  process: ProcessFit,
  { reserved, domain }: Pick<Fit, 'reserved' | 'domain'>,
  settings: GenerationSettings,
  staticMiB: number,
  { belowMiB, aboveMiB }: Growth,
): Interval {
  const shown = plannedMiB({ reserved, process }, settings);
  const beyondMpx2 = Math.max(0, outputAreaMpx(settings) ** 2 - (domain.maxAreaPx / PX_PER_MPX) ** 2);
  return {
    valueMiB,
    lowMiB: Math.max(0, Math.min(lowMiB, staticMiB + shown.lowMiB) - belowMiB),
    highMiB: Math.max(highMiB, staticMiB + shown.highMiB) + aboveMiB + SCORES_MIB_PER_MPX2 * beyondMpx2,
  };
}

/** Never below what is held already, and then no more certain than before. */
export function atLeast({ valueMiB, lowMiB, highMiB }: Interval, heldMiB: number): Interval {
  const liftMiB = Math.max(0, heldMiB - valueMiB);
  return { valueMiB: valueMiB + liftMiB, lowMiB: Math.max(lowMiB, heldMiB), highMiB: highMiB + liftMiB };
}
