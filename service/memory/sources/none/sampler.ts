import type { Backend } from '../../../protocol/host.ts';
import type { Sampler } from '../types.ts';

/** The source where there is none to read: says so, and nothing else. */
export function createNoSampler(backend: Backend): Sampler {
  return {
    state: {
      kind: 'none',
      label: 'VRAM',
      health: 'unavailable',
      reason: 'not-available',
      remark: { code: 'no-source', backend },
    },
    driverVersion: null,
    start: () => undefined,
    setIntervalMs: () => undefined,
    subscribe: () => () => undefined,
    readProcesses: () => Promise.resolve(null),
    stop: () => Promise.resolve(),
  };
}
