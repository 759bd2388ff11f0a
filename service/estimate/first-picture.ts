/** The first picture of a process, with what CUDA loads for it beside torch. */
import type { Interval } from '../model/types.ts';
import type { EstimateMiB } from './estimate.ts';

/** `processes`: so many of this set-up were seen to load it; 0 where it is what others have published. */
export interface ToLoad extends Interval {
  readonly processes: number;
}

/** It stays in the context once it is there; until then it is of what the generation needs. */
export function withFirstPicture(result: EstimateMiB, toLoad: ToLoad | null): EstimateMiB {
  if (toLoad === null) return result;
  const plus = ({ valueMiB, lowMiB, highMiB }: Interval): Interval => ({
    valueMiB: valueMiB + toLoad.valueMiB,
    lowMiB: lowMiB + toLoad.lowMiB,
    highMiB: highMiB + toLoad.highMiB,
  });
  return { ...result, required: plus(result.required), peak: plus(result.peak) };
}
