import type { Histories } from '../calibration/history.ts';
import type { Clock } from '../base/clock.ts';
import type { Store } from '../store/store.ts';

/** An import, and another WebUI of the same data folder, change what this sidecar answers, and nobody tells it. */
export interface StoreWatch {
  stop(): void;
}

/** It costs next to nothing to look; what follows a change may cost a tenth of a second. */
const LOOK_EVERY_MS = 2_000;

/**
 * Calls back some time after another process has written, once the histories have it.
 * @param refresh has them read it.
 */
export function watchStore(
  store: Pick<Store, 'othersWrites'>,
  histories: Pick<Histories, 'behind'>,
  refresh: () => Promise<void>,
  clock: Clock,
  onChange: () => void,
): StoreWatch {
  let seen = store.othersWrites;
  let stopped = false;
  let timer = clock.setTimeout(look, LOOK_EVERY_MS);

  async function follow(): Promise<void> {
    const { othersWrites } = store;
    if (othersWrites === seen && !histories.behind) return;
    seen = othersWrites;
    await refresh();
    if (!stopped) onChange();
  }

  function look(): void {
    // After a long reading there is time for other things too.
    void follow().then(() => {
      if (!stopped) timer = clock.setTimeout(look, LOOK_EVERY_MS);
    });
  }

  return {
    stop: () => {
      stopped = true;
      timer.clear();
    },
  };
}
