/**
 * Samples every NVIDIA card through nvidia-smi: one child in loop mode; single calls where the loop does not hold;
 * never two children at a time. In which order, `steps.ts` says.
 */
import type { Clock } from '../../../base/clock.ts';
import { within } from '../../../base/waiter.ts';
import type { CommandRunner } from '../command.ts';
import { createSourceHealth } from '../source-health.ts';
import type { Sampler } from '../types.ts';
import { createDriver } from './driver.ts';
import { createProcessRequests } from './process-requests.ts';
import { createCardReader } from './reader.ts';
import { createRunner } from './runner.ts';

export interface NvidiaSmiSamplerOptions {
  readonly clock: Clock;
  readonly runCommand: CommandRunner;
  /** Looked up again before each check, for a driver may be installed meanwhile. */
  readonly findBinary: () => string | null;
  readonly intervalMs: number;
}

/** Faster than this nvidia-smi costs more than it tells; slower would be stale between two samples. */
const MIN_INTERVAL_MS = 20;
const MAX_INTERVAL_MS = 1500;
/** On stop, a child that even SIGKILL has not ended is given up on after this. */
const GIVE_UP_MS = 2000;

/** `ended`: resolves once no child lives any more. */
type Life =
  | { readonly at: 'new' }
  | { readonly at: 'running'; readonly ended: Promise<void> }
  | { readonly at: 'stopped'; readonly ended: Promise<void> | null };

export function createNvidiaSmiSampler(options: NvidiaSmiSamplerOptions): Sampler {
  const { clock, runCommand, findBinary } = options;
  const health = createSourceHealth(clock, 'nvidia-smi', 'VRAM');
  const requests = createProcessRequests();
  const onHung = (): void => {
    health.hang();
    requests.answer(null);
  };
  const driver = createDriver({ clock, runCommand, findBinary, onHung });
  const reader = createCardReader(clock, driver, health);
  let intervalMs = clampInterval(options.intervalMs);
  let life: Life = { at: 'new' };

  const runner = createRunner({
    clock,
    driver,
    health,
    reader,
    requests,
    intervalMs: () => intervalMs,
    isStopped: () => life.at === 'stopped',
  });

  return {
    get state() {
      return health.state;
    },
    get driverVersion() {
      return driver.version;
    },
    start() {
      if (life.at !== 'new') return;
      health.start();
      life = { at: 'running', ended: runner.run() };
    },
    setIntervalMs(newIntervalMs) {
      const clamped = clampInterval(newIntervalMs);
      if (clamped === intervalMs) return;
      intervalMs = clamped;
      runner.interrupt();
    },
    subscribe: health.subscribe,
    readProcesses(uuid = null) {
      if (life.at !== 'running' || health.state.health !== 'ok') return Promise.resolve(null);
      const answered = requests.add(uuid);
      runner.interrupt();
      return answered;
    },
    async stop() {
      const ended = life.at === 'new' ? null : life.ended;
      life = { at: 'stopped', ended };
      health.stop();
      runner.interrupt();
      driver.end();
      requests.answer(null);
      if (ended !== null) await within(clock, GIVE_UP_MS, ended);
    },
  };
}

function clampInterval(intervalMs: number): number {
  return Math.round(Math.min(Math.max(intervalMs, MIN_INTERVAL_MS), MAX_INTERVAL_MS));
}
