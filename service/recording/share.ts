/** Which part of a device is the program's: between the driver's seldom answers, by what others had at the last one. */

export interface Share {
  /** All on the device that is not the program's; null where what was used before it is not known. */
  readonly othersMiB: number | null;
  readonly by: 'driver' | 'difference';
}

/** Until the driver tells, all that came after the program was started counts as its own. */
export function shareBefore(usedBeforeMiB: number | null): Share {
  return { othersMiB: usedBeforeMiB, by: 'difference' };
}

/** Readings before and after an answer that differ by more say that the program moved meanwhile. */
const STILL_MIB = 16;

/**
 * The driver has told the program's part, between two readings of the whole.
 * @param programMiB null where it does not tell.
 */
export function shareAfter(
  share: Share,
  programMiB: number | null,
  before: number | null,
  after: number | null,
): Share {
  if (programMiB === null || before === null || after === null || Math.abs(after - before) > STILL_MIB) return share;
  return { othersMiB: Math.max(0, Math.min(before, after) - programMiB), by: 'driver' };
}

export function programMiBOf({ othersMiB }: Share, usedMiB: number | null): number | null {
  return usedMiB === null || othersMiB === null ? null : Math.max(0, usedMiB - othersMiB);
}
