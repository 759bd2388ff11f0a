/** What a search for a smallest cap found, in MiB. */
export interface Bracket {
  /** The smallest cap tried that was enough. */
  readonly enoughMiB: number;
  /** The largest cap tried that was not; null where every one was. */
  readonly tooLittleMiB: number | null;
  readonly tries: number;
}

const MOST_TRIES = 16;

/**
 * The smallest cap under which a run succeeds, to `share` of itself. Success is taken to be monotonic in the cap.
 * @param knownEnoughMiB a cap that is enough: the run's own peak of reserved memory.
 * @param floorMiB below which no cap can be enough: the run's peak of active memory. It is never tried.
 */
export async function smallestCap(
  floorMiB: number,
  knownEnoughMiB: number,
  share: number,
  succeeds: (capMiB: number) => Promise<boolean>,
): Promise<Bracket> {
  let enoughMiB = knownEnoughMiB;
  let lowMiB = Math.min(floorMiB, knownEnoughMiB);
  let tooLittleMiB: number | null = null;
  let tries = 0;
  while (enoughMiB - lowMiB > share * enoughMiB && tries < MOST_TRIES) {
    const capMiB = (enoughMiB + lowMiB) / 2;
    tries += 1;
    if (await succeeds(capMiB)) enoughMiB = capMiB;
    else lowMiB = tooLittleMiB = capMiB;
  }
  return { enoughMiB, tooLittleMiB, tries };
}
