/** The second source: RAM, for a WebUI that computes on the CPU. */
import type { Clock } from '../../../base/clock.ts';
import type { CommandRunner } from '../command.ts';
import { createSourceHealth } from '../source-health.ts';
import type { DeviceReading, Sampler } from '../types.ts';
import { createWaiter, within } from '../../../base/waiter.ts';
import { readProcFiles } from './memory.ts';
import type { ProcessMemory, ReadProcessMemory } from './memory.ts';
import { createToolReader } from './tools.ts';

export interface ProcessSamplerOptions {
  readonly pid: number;
  readonly clock: Clock;
  readonly readMemory: ReadProcessMemory;
  readonly intervalMs: number;
}

const MIN_INTERVAL_MS = 20;
const MAX_INTERVAL_MS = 1500;
const RETRY_MS = 1000;
/** On stop, a reading that does not come is given up on after this. */
const GIVE_UP_MS = 2000;

/** One device named "RAM": `usedMiB` and `totalMiB` are the machine's, `processMiB` is the resident set of `pid`. */
export function createProcessSampler({
  pid,
  clock,
  readMemory,
  intervalMs: firstIntervalMs,
}: ProcessSamplerOptions): Sampler {
  const health = createSourceHealth(clock, 'process', 'RAM');
  const waiter = createWaiter(clock);
  let intervalMs = clampInterval(firstIntervalMs);
  let running: Promise<void> | null = null;
  let stopping = false;

  const run = async () => {
    while (!stopping) {
      const startedMs = clock.monotonicMs();
      const memory = await readMemory(pid);
      if (stopping) return;
      if (memory === null) {
        health.fail('no-host');
        await waiter.wait(RETRY_MS);
        continue;
      }
      health.publish({ atMs: clock.nowMs(), devices: [deviceOf(memory)] }, null);
      await waiter.wait(Math.max(0, intervalMs - (clock.monotonicMs() - startedMs)));
    }
  };

  return {
    get state() {
      return health.state;
    },
    driverVersion: null,
    start() {
      if (running !== null || stopping) return;
      health.start();
      running = run();
    },
    setIntervalMs(newIntervalMs) {
      intervalMs = clampInterval(newIntervalMs);
      waiter.wake();
    },
    subscribe: health.subscribe,
    async readProcesses() {
      const memory = await readMemory(pid);
      return memory === null ? null : [{ pid, name: 'WebUI', usedMiB: memory.residentMiB }];
    },
    async stop() {
      stopping = true;
      health.stop();
      waiter.wake();
      if (running !== null) await within(clock, GIVE_UP_MS, running);
    },
  };
}

function deviceOf({ residentMiB, usedMiB, totalMiB }: ProcessMemory): DeviceReading {
  return {
    index: null,
    uuid: null,
    busId: null,
    name: 'RAM',
    usedMiB,
    totalMiB,
    driverKeptMiB: null,
    processMiB: residentMiB,
  };
}

/** The cheapest reader that the platform has. */
export function processMemoryReader(
  platform: NodeJS.Platform,
  clock: Clock,
  runCommand: CommandRunner,
): ReadProcessMemory {
  return platform === 'linux' ? (pid) => readProcFiles(pid) : createToolReader(platform, clock, runCommand);
}

function clampInterval(intervalMs: number): number {
  return Math.min(Math.max(intervalMs, MIN_INTERVAL_MS), MAX_INTERVAL_MS);
}
