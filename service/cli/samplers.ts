import type { Clock } from '../protocol/clock.ts';
import type { Sampler } from '../sampler/types.ts';
import type { SourceChoice } from '../server/memoryWatch.ts';
import { createNoSampler } from '../server/noSampler.ts';

export interface SamplerWorld {
  readonly clock: Clock;
  /** Path of nvidia-smi; null = where it usually is. */
  readonly nvidiaSmi: string | null;
}

export function createSampler(choice: SourceChoice, _world: SamplerWorld): Sampler {
  return createNoSampler(choice.kind === 'none' ? choice.message : 'The memory source is not there yet.');
}
