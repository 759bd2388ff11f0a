import type { Clock } from '../base/clock.ts';
import type { Store } from '../store/store.ts';

/**
 * Keeps the store's file whole by itself: what was written lies in a journal beside it first, and who copies the file
 * copies that alone.
 */
export interface StoreSettling {
  stop(): void;
}

const LOOK_EVERY_MS = 5_000;
/** While runs keep coming it is put off, so long at most: with the time between two looks less than a minute. */
const MOST_PUT_OFF_MS = 50_000;

/** Settles the store once it has been left alone for a while, and at least once a minute, whoever has written to it. */
export function settleStore(store: Pick<Store, 'revision' | 'settle'>, clock: Clock): StoreSettling {
  let settled: string | null = null;
  let seen = store.revision;
  let unsettledSinceMs = clock.monotonicMs();
  let timer = clock.setTimeout(look, LOOK_EVERY_MS);

  function look(): void {
    timer = clock.setTimeout(look, LOOK_EVERY_MS);
    const { revision } = store;
    const now = clock.monotonicMs();
    const wasSettled = seen === settled;
    const leftAlone = revision === seen;
    seen = revision;
    if (revision === settled) return;
    if (wasSettled) unsettledSinceMs = now;
    if ((leftAlone || now - unsettledSinceMs >= MOST_PUT_OFF_MS) && store.settle()) settled = revision;
  }

  return { stop: () => timer.clear() };
}
