import { DISTURBED_MIB } from './run.ts';

/**
 * The first computing of a process loads kernels and libraries into its context, which is not torch's: 140 to 600 MiB
 * more. Whatever grows by more is not that alone.
 */
const MOST_LOADED_MIB = 800;

interface Others {
  readonly beforeMiB: number | null;
  /** Read once it was over; null where the next run followed at once. */
  readonly afterMiB: number | null;
  /** What the device showed in the run. */
  readonly devicePeakMiB: number | null;
  /** torch's own; null where it does not count. */
  readonly reservedPeakMiB: number | null;
}

/**
 * All that was not torch's at the peak of a run that may have been the first of its process: with what that loaded, for
 * it was there by then. Null where no more was loaded than others move by, or more than is ever loaded.
 */
export function othersOnceLoaded({ beforeMiB, afterMiB, devicePeakMiB, reservedPeakMiB }: Others): number | null {
  if (beforeMiB === null || reservedPeakMiB === null) return null;
  const shownMiB = devicePeakMiB === null ? null : devicePeakMiB - reservedPeakMiB;
  const nowMiB = afterMiB ?? shownMiB;
  if (nowMiB === null) return null;
  const loadedMiB = nowMiB - beforeMiB;
  return loadedMiB > DISTURBED_MIB && loadedMiB <= MOST_LOADED_MIB ? nowMiB : null;
}

/**
 * What the first picture of a process loaded, from others before it and, read anew, after it. Null where one is not
 * known, or where others have moved by more than is ever loaded.
 */
export function firstLoadedMiB({ beforeMiB, afterMiB }: Pick<Others, 'beforeMiB' | 'afterMiB'>): number | null {
  if (beforeMiB === null || afterMiB === null) return null;
  const loadedMiB = afterMiB - beforeMiB;
  if (loadedMiB < -DISTURBED_MIB || loadedMiB > MOST_LOADED_MIB) return null;
  return Math.max(0, loadedMiB);
}
