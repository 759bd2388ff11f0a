import type { Clock } from '../protocol/clock.ts';
import type { Store } from '../store/store.ts';

/** An import, and another WebUI of the same data folder, change what this sidecar answers, and nobody tells it. */
export interface StoreWatch {
  stop(): void;
}

/** It costs next to nothing to look; what follows a change may cost a tenth of a second, where there are ten thousand runs. */
const LOOK_EVERY_MS = 2_000;

/** Calls back some time after another process has written. */
export function watchStore(store: Pick<Store, 'epoch'>, clock: Clock, onChange: () => void): StoreWatch {
  let seen = store.epoch;
  let timer = clock.setTimeout(look, LOOK_EVERY_MS);

  function look(): void {
    timer = clock.setTimeout(look, LOOK_EVERY_MS);
    const { epoch } = store;
    if (epoch === seen) return;
    seen = epoch;
    onChange();
  }

  return { stop: () => timer.clear() };
}
