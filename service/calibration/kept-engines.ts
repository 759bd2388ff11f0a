/**
 * Where a convolution's workspace finds no room PyTorch goes on to cuDNN's next engine, and the thread stays with that
 * for these shapes (its plan cache). Pressed again, the same size takes less than it would in a new process, and
 * nothing in the run says so: it must not speak against the law of workspaces that is at work.
 */
import type { Observation } from '../model/types.ts';
import type { Run } from '../recorder/run.ts';

/**
 * Ordinary runs of a size that an earlier one was short of memory at. What a benchmark runs has a thread of its own.
 * @param runs oldest first.
 */
export function withKeptEngines(runs: readonly Run[]): ReadonlySet<Run> {
  const short = new Set<string>();
  const kept = new Set<Run>();
  for (const run of runs) {
    if (run.origin !== 'ordinary') continue;
    const sizes = sizesOf(run);
    if (sizes.some((size) => short.has(size))) kept.add(run);
    if (run.outcome === 'oom' || (run.torch?.allocRetries ?? 0) > 0) sizes.forEach((size) => short.add(size));
  }
  return kept;
}

/** It took at least so much, as one that gave back its cache on the way. */
export function asLowerBound(observation: Observation): Observation {
  return { ...observation, allocRetries: Math.max(1, observation.allocRetries ?? 0) };
}

function sizesOf({ settings: { width, height, hires } }: Run): string[] {
  return [`${width}x${height}`, ...(hires === null ? [] : [`${hires.width}x${hires.height}`])];
}
