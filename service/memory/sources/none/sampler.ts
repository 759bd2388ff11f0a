import type { Sampler } from '../types.ts';

/** The source where there is none to read: says so, and nothing else. */
export function createNoSampler(message: string): Sampler {
  return {
    state: { kind: 'none', label: 'VRAM', health: 'unavailable', reason: 'not-available', message },
    driverVersion: null,
    start: () => undefined,
    setIntervalMs: () => undefined,
    subscribe: () => () => undefined,
    readProcesses: () => Promise.resolve(null),
    stop: () => Promise.resolve(),
  };
}
