import type { Clock } from '../base/clock.ts';
import { runCommand } from '../sampler/command.ts';
import { findNvidiaSmi, isExecutableFile } from '../sampler/nvidia-smi/find-binary.ts';
import { createNvidiaSmiSampler } from '../sampler/nvidia-smi/sampler.ts';
import { createProcessSampler, processMemoryReader } from '../sampler/process/sampler.ts';
import type { Sampler } from '../sampler/types.ts';
import { IDLE_INTERVAL_MS, type SourceChoice } from '../server/memory-watch.ts';
import { createNoSampler } from '../server/no-sampler.ts';

export interface SamplerWorld {
  readonly clock: Clock;
  /** Path of nvidia-smi; null = where it usually is. */
  readonly nvidiaSmi: string | null;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The sampler that a choice of source asks for, on this machine. */
export function createSampler(choice: SourceChoice, { clock, nvidiaSmi, platform, env }: SamplerWorld): Sampler {
  switch (choice.kind) {
    case 'nvidia-smi': {
      const findBinary = () => nvidiaSmi ?? findNvidiaSmi({ platform, env, isExecutable: isExecutableFile });
      return createNvidiaSmiSampler({ clock, runCommand, findBinary, intervalMs: IDLE_INTERVAL_MS });
    }
    case 'process':
      return createProcessSampler({
        pid: choice.pid,
        clock,
        readMemory: processMemoryReader(platform, clock, runCommand),
        intervalMs: IDLE_INTERVAL_MS,
      });
    case 'none':
      return createNoSampler(choice.message);
  }
}
