import { afterEach, beforeEach } from '@jest/globals';
import type { HubOptions } from '../../../service/server/hub-options.ts';
import { NO_RAM, createRig, temporaryDir, type Rig } from './rig.ts';

/**
 * A rig of its own for each test of the file that calls this, and a folder that is removed after it.
 * @returns what takes another in its place, once a test has ended the first one.
 */
export function rigForEach(
  take: (rig: Rig, dataDir: string) => void,
  overrides: () => Partial<HubOptions> = () => ({}),
): (next: Rig) => Rig {
  let dir: ReturnType<typeof temporaryDir>;
  let rig: Rig;
  beforeEach(() => {
    dir = temporaryDir();
    rig = createRig(dir.path, overrides());
    take(rig, dir.path);
  });
  afterEach(async () => {
    await rig.end();
    dir.remove();
  });
  return (next) => (rig = next);
}

/** Of a system that tells how much RAM the WebUI (pid 4242) has. */
export function ramOfWebui(residentMiB: () => number): HubOptions['readRam'] {
  return {
    ...NO_RAM,
    process: (pid) => {
      if (pid !== 4242) throw new Error(`${pid} is not the WebUI`);
      return Promise.resolve({
        residentMiB: residentMiB(),
        allocator: { allocator: 'system', library: null },
        notPreloaded: [],
        allocConf: null,
      });
    },
  };
}
