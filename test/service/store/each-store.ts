import { afterEach, beforeEach } from '@jest/globals';
import { openStore, type Store } from '../../../service/store/store.ts';
import { temporaryDir } from '../server/rig.ts';

/** An empty store of its own for each test of the file that calls this, in a folder that is removed after it. */
export function storeForEach(take: (store: Store, dataDir: string) => void, nowMs: number): void {
  let dir: ReturnType<typeof temporaryDir>;
  let store: Store;
  beforeEach(() => {
    dir = temporaryDir();
    store = openStore(dir.path, nowMs);
    take(store, dir.path);
  });
  afterEach(() => {
    store.close();
    dir.remove();
  });
}
