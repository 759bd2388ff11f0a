import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { keyHashOf } from '../../../service/recorder/key.ts';
import { storedEnvironmentOf, type Run } from '../../../service/recorder/run.ts';
import { openStore } from '../../../service/store/store.ts';
import { ENVIRONMENT } from '../server/fake-host.ts';
import { temporaryDir } from '../server/rig.ts';
import { createWorld, type FakeWorld } from './world.ts';

/** Of the set-up that the stores of these tests hold runs of. */
export const KEY = keyHashOf(ENVIRONMENT);

/** A world of its own for each test of the file that calls this, in a folder that is removed after it. */
export function worldForEach(take: (world: FakeWorld, dir: string) => void): void {
  let dir: ReturnType<typeof temporaryDir>;
  beforeEach(() => {
    dir = temporaryDir();
    take(createWorld(join(dir.path, 'data')), dir.path);
  });
  afterEach(() => dir.remove());
}

/** A store of these runs, all of the set-up of `KEY`. */
export function fillStore(dataDir: string, runs: readonly Run[], nowMs: number): void {
  const store = openStore(dataDir, nowMs);
  store.saveEnvironment(KEY, storedEnvironmentOf(ENVIRONMENT), nowMs);
  for (const run of runs) store.saveRun(run);
  store.close();
}
