/** Work in steps, none of them long: between two of them others may have their turn. */
export type Steps<T> = Generator<void, T>;

/** All of it, for whoever keeps nobody waiting. */
export function atOnce<T>(work: Steps<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Steps of a microsecond each would else be all pauses. */
export const MOST_TURN_MS = 10;

/**
 * Work that lets others have their turn whenever it has taken so long.
 * @param pause resolves once they have had it.
 */
export async function inTurns<T>(work: Steps<T>, pause: () => Promise<void>, mostMs = MOST_TURN_MS): Promise<T> {
  let begunMs = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - begunMs < mostMs) continue;
    await pause();
    begunMs = performance.now();
  }
}
