import { IDLE_INTERVAL_MS, type Source } from '../source.ts';
import { createProcessSampler, processMemoryReader } from './sampler.ts';

/** The WebUI's own process and the machine's RAM, for a WebUI that computes on the CPU. */
export const processSource: Source = {
  kind: 'process',
  backedByTorch: false,
  choose: ({ backend, pid }) => (backend === 'cpu' ? { kind: 'process', pid, backend } : null),
  create: ({ pid }, { clock, runCommand, platform }) => {
    if (pid === null) throw new Error('the source "process" was chosen without a process');
    const readMemory = processMemoryReader(platform, clock, runCommand);
    return createProcessSampler({ pid, clock, readMemory, intervalMs: IDLE_INTERVAL_MS });
  },
};
