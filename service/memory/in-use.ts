import type { Clock } from '../base/clock.ts';
import { isBackedByTorch } from './sources/registry.ts';
import { IDLE_INTERVAL_MS, type SourceChoice } from './sources/source.ts';
import { backedByTorch, type TorchBackedSampler } from './sources/torch/backed.ts';
import type { Sampler, SamplerEvent } from './sources/types.ts';

export const FAST_INTERVAL_MS = 100;

export interface SourceInUseOptions {
  readonly clock: Clock;
  readonly createSampler: (choice: SourceChoice) => Sampler;
  readonly onDeviceWanted: (wanted: boolean) => void;
  readonly onEvent: (event: SamplerEvent) => void;
  /** The old source tells nothing more; the new one has not begun. */
  readonly onReplaced: () => void;
}

/** The one source that is read, and how often. */
export interface SourceInUse {
  readonly sampler: Sampler;
  /** The same sampler, where torch stands in for it. */
  readonly backed: TorchBackedSampler | null;
  start(this: void): void;
  choose(choice: SourceChoice): void;
  setFast(this: void, fast: boolean): void;
  stop(this: void): Promise<void>;
}

interface Running {
  readonly choice: SourceChoice;
  readonly sampler: Sampler;
  readonly backed: TorchBackedSampler | null;
  readonly unsubscribe: () => void;
}

export function createSourceInUse(first: SourceChoice, options: SourceInUseOptions): SourceInUse {
  let fast = false;
  let running = create(first, options);
  const intervalMs = (): number => (fast ? FAST_INTERVAL_MS : IDLE_INTERVAL_MS);

  function start(): void {
    running.sampler.setIntervalMs(intervalMs());
    running.sampler.start();
  }

  return {
    get sampler() {
      return running.sampler;
    },
    get backed() {
      return running.backed;
    },
    start,
    choose: (choice) => {
      if (JSON.stringify(choice) === JSON.stringify(running.choice)) return;
      running.unsubscribe();
      void running.sampler.stop();
      options.onReplaced();
      running = create(choice, options);
      start();
    },
    setFast: (next) => {
      if (next === fast) return;
      fast = next;
      running.sampler.setIntervalMs(intervalMs());
    },
    stop: () => {
      running.unsubscribe();
      return running.sampler.stop();
    },
  };
}

function create(choice: SourceChoice, options: SourceInUseOptions): Running {
  const made = options.createSampler(choice);
  const backed = isBackedByTorch(choice) ? backedByTorch(made, options.clock, options.onDeviceWanted) : null;
  const sampler = backed ?? made;
  return { choice, sampler, backed, unsubscribe: sampler.subscribe(options.onEvent) };
}
