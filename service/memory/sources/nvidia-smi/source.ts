import { IDLE_INTERVAL_MS, type Source } from '../source.ts';
import { findNvidiaSmi, isExecutableFile } from './find-binary.ts';
import { createNvidiaSmiSampler } from './sampler.ts';

/** NVIDIA cards, for a WebUI that computes with CUDA. */
export const nvidiaSmiSource: Source = {
  kind: 'nvidia-smi',
  backedByTorch: true,
  choose: ({ backend }) => (backend === 'cuda' ? { kind: 'nvidia-smi', pid: null, backend } : null),
  create: (_choice, { clock, runCommand, nvidiaSmi, platform, env }) =>
    createNvidiaSmiSampler({
      clock,
      runCommand,
      findBinary: () => nvidiaSmi ?? findNvidiaSmi({ platform, env, isExecutable: isExecutableFile }),
      intervalMs: IDLE_INTERVAL_MS,
    }),
};
