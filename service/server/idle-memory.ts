/** Keeps what was in use beside torch, for who asks when no WebUI runs, before the first run of a set-up. */
import { DISTURBED_MIB } from '../recorder/run.ts';
import type { IdleMemory } from '../store/environment-rows.ts';
import type { Store } from '../store/store.ts';
import type { DeviceMemory } from './known-memory.ts';

export interface IdleMemoryKeeper {
  onReading(keyHash: string | null, figures: DeviceMemory): void;
}

export function createIdleMemory(store: Pick<Store, 'saveIdleMemory'>): IdleMemoryKeeper {
  let kept: (Pick<IdleMemory, 'otherMiB' | 'loaded'> & { readonly keyHash: string }) | null = null;
  return {
    onReading: (keyHash, { totalMiB, usableMiB, otherMiB, loaded }) => {
      if (keyHash === null || totalMiB === null || usableMiB === null || otherMiB === null) return;
      const isSame = kept?.keyHash === keyHash && kept.loaded === loaded;
      if (kept !== null && isSame && Math.abs(kept.otherMiB - otherMiB) < DISTURBED_MIB) return;
      kept = { keyHash, otherMiB, loaded };
      store.saveIdleMemory(keyHash, { totalMiB, usableMiB, otherMiB, loaded });
    },
  };
}
