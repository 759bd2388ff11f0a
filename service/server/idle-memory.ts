/** Keeps what was in use beside torch, for who asks when no WebUI runs, before the first run of a set-up. */
import type { MemoryFigures } from '../memory/ledger.ts';
import { DISTURBED_MIB } from '../recorder/run.ts';
import type { Store } from '../store/store.ts';

export interface IdleMemoryKeeper {
  onReading(keyHash: string | null, figures: Pick<MemoryFigures, 'totalMiB' | 'usableMiB' | 'otherMiB'>): void;
}

export function createIdleMemory(store: Pick<Store, 'saveIdleMemory'>): IdleMemoryKeeper {
  let kept: { readonly keyHash: string; readonly otherMiB: number } | null = null;
  return {
    onReading: (keyHash, { totalMiB, usableMiB, otherMiB }) => {
      if (keyHash === null || totalMiB === null || usableMiB === null || otherMiB === null) return;
      if (kept?.keyHash === keyHash && Math.abs(kept.otherMiB - otherMiB) < DISTURBED_MIB) return;
      kept = { keyHash, otherMiB };
      store.saveIdleMemory(keyHash, { totalMiB, usableMiB, otherMiB });
    },
  };
}
