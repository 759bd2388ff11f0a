import type { Clock } from '../base/clock.ts';
import type { Backend, DeviceMemory, Environment } from '../protocol/host.ts';
import type { GpuProcess, SourceState } from '../protocol/viewer.ts';
import type { Accounting, MemoryReading } from '../recorder/accounting.ts';
import { matchDevice } from '../sampler/match-device.ts';
import { backedByTorch, type TorchBackedSampler } from '../sampler/torch/backed.ts';
import type { DeviceReading, Sample, Sampler } from '../sampler/types.ts';

/** Which memory counts: a card's, or that of the WebUI's own process where it computes on the CPU. */
export type SourceChoice =
  | { readonly kind: 'nvidia-smi' }
  | { readonly kind: 'process'; readonly pid: number }
  | { readonly kind: 'none'; readonly message: string };

export interface MemoryWatchOptions {
  readonly clock: Clock;
  readonly accounting: Accounting;
  readonly createSampler: (choice: SourceChoice) => Sampler;
  /** The host is to begin, or to stop, telling its device's memory. */
  readonly onDeviceWanted: (wanted: boolean) => void;
  readonly onReading: (reading: MemoryReading) => void;
  /** The source's health, the list of devices or of processes changed. */
  readonly onChange: () => void;
}

/** Keeps the right memory source running and its readings flowing into the accounting. */
export interface MemoryWatch {
  start(): void;
  useHost(environment: Environment, pid: number): void;
  noHost(): void;
  /** What the host has told of its device, after the accounting took in its counters of the same moment. */
  onHostMemory(memory: DeviceMemory | null): void;
  /** 10 readings a second instead of one. */
  setFast(fast: boolean): void;
  /**
   * Asks the driver who uses the device where its last answer is old, or what is not torch's has moved since. Readings
   * pause meanwhile. Resolves once readings come again, or fail to; null where nothing was asked.
   */
  refreshProcesses(): Promise<void> | null;
  readonly source: SourceState;
  readonly driverVersion: string | null;
  readonly device: DeviceReading | null;
  readonly devices: readonly DeviceReading[];
  readonly processes: readonly GpuProcess[] | null;
  stop(): Promise<void>;
}

export const IDLE_INTERVAL_MS = 1_000;
export const FAST_INTERVAL_MS = 100;
export const PROCESSES_EVERY_MS = 30_000;
/**
 * The same once what is not torch's has moved: the WebUI's own context grows with its first runs, and must not pass for
 * others'.
 */
export const PROCESSES_AGAIN_MS = 5_000;
const MOVED_MIB = 32;

export function createMemoryWatch({
  clock,
  accounting,
  createSampler,
  onDeviceWanted,
  onReading,
  onChange,
}: MemoryWatchOptions): MemoryWatch {
  let environment: Environment | null = null;
  let hostPid: number | null = null;
  let choice: SourceChoice = { kind: 'nvidia-smi' };
  let backed: TorchBackedSampler | null = null;
  let sampler = create();
  let unsubscribe = (): void => undefined;
  let sample: Sample | null = null;
  let shape = '';
  let processes: readonly GpuProcess[] | null = null;
  let askedAtMs = -Infinity;
  /** What was not torch's when the driver last said who uses the device. */
  let otherThenMiB: number | null = null;
  let fast = false;
  const waiting: (() => void)[] = [];

  function create(): Sampler {
    const made = createSampler(choice);
    backed = choice.kind === 'nvidia-smi' ? backedByTorch(made, clock, onDeviceWanted) : null;
    return backed ?? made;
  }

  function begin(): void {
    sampler.setIntervalMs(fast ? FAST_INTERVAL_MS : IDLE_INTERVAL_MS);
    unsubscribe = sampler.subscribe((event) => {
      if (event.type === 'sample') take(event.sample);
      else {
        if (event.state.health !== 'ok') lose();
        onChange();
      }
    });
    sampler.start();
  }

  function lose(): void {
    sample = null;
    processes = null;
    accounting.onSilence();
    readAgain();
  }

  function readAgain(): void {
    for (const resolve of waiting.splice(0)) resolve();
  }

  function take(next: Sample): void {
    sample = next;
    const device = currentDevice();
    const reading = {
      monotonicMs: clock.monotonicMs(),
      usedMiB: device?.usedMiB ?? null,
      totalMiB: device?.totalMiB ?? null,
      usableMiB: device === null ? null : usableMiBOf(device),
      ownUsedMiB: device?.usedByHostMiB ?? null,
    };
    accounting.onReading(reading);
    onReading(reading);
    readAgain();
    const nextShape = JSON.stringify(
      next.devices.map(({ uuid, busId, name, totalMiB, usedMiB }) => [uuid, busId, name, totalMiB, usedMiB === null]),
    );
    if (nextShape === shape) return;
    shape = nextShape;
    onChange();
  }

  function currentDevice(): DeviceReading | null {
    const devices = sample?.devices ?? [];
    if (environment !== null && choice.kind === 'nvidia-smi') return matchDevice(environment.device, devices);
    return devices.length === 1 ? (devices[0] ?? null) : null;
  }

  function choose(next: SourceChoice): void {
    if (JSON.stringify(next) === JSON.stringify(choice)) return;
    choice = next;
    unsubscribe();
    void sampler.stop();
    lose();
    askedAtMs = -Infinity;
    otherThenMiB = null;
    sampler = create();
    begin();
  }

  function movedSince(): boolean {
    const otherMiB = accounting.otherMiB();
    return otherThenMiB !== null && otherMiB !== null && Math.abs(otherMiB - otherThenMiB) >= MOVED_MIB;
  }

  function refreshProcesses(): Promise<void> | null {
    if (clock.monotonicMs() - askedAtMs < (movedSince() ? PROCESSES_AGAIN_MS : PROCESSES_EVERY_MS)) return null;
    askedAtMs = clock.monotonicMs();
    const asked = sampler;
    const heard = asked.readProcesses(currentDevice()?.uuid).then(
      (found) => {
        if (asked !== sampler) return;
        processes = asked.state.health === 'ok' ? found : null;
        accounting.onProcessUsed(found?.find(({ pid }) => pid === hostPid)?.usedMiB ?? null);
        // While it generates the answer cannot be set against torch's counters: what moved is still to be asked for.
        if (found === null) otherThenMiB = null;
        else if (!accounting.generating) otherThenMiB = accounting.otherMiB();
        onChange();
      },
      () => undefined,
    );
    // A source that fails now says so, and ends the wait.
    return heard.then(() =>
      sampler.state.health === 'ok' ? new Promise((resolve) => waiting.push(resolve)) : undefined,
    );
  }

  return {
    start: begin,
    useHost: (nextEnvironment, pid) => {
      environment = nextEnvironment;
      // The last answer may be of before this process was there.
      if (pid !== hostPid) askedAtMs = -Infinity;
      hostPid = pid;
      choose(choiceFor(nextEnvironment.device.backend, pid));
      backed?.useHost(nextEnvironment.device);
    },
    noHost: () => {
      environment = null;
      hostPid = null;
      accounting.forgetHost();
      choose({ kind: 'nvidia-smi' });
      backed?.useHost(null);
    },
    onHostMemory: (memory) => backed?.onHostMemory(memory),
    setFast: (next) => {
      if (next === fast) return;
      fast = next;
      sampler.setIntervalMs(fast ? FAST_INTERVAL_MS : IDLE_INTERVAL_MS);
    },
    refreshProcesses,
    get source() {
      return sampler.state;
    },
    get driverVersion() {
      return sampler.driverVersion;
    },
    get device() {
      return currentDevice();
    },
    get devices() {
      return sample?.devices ?? [];
    },
    get processes() {
      return processes;
    },
    stop: () => {
      unsubscribe();
      return sampler.stop();
    },
  };
}

/**
 * Newer drivers leave their own part out of memory.used and tell it apart (memory.reserved); older ones count it as
 * used.
 */
function usableMiBOf({ totalMiB, reservedMiB }: DeviceReading): number | null {
  return totalMiB === null ? null : totalMiB - (reservedMiB ?? 0);
}

function choiceFor(backend: Backend, pid: number): SourceChoice {
  if (backend === 'cpu') return { kind: 'process', pid };
  if (backend === 'cuda') return { kind: 'nvidia-smi' };
  return {
    kind: 'none',
    message: `The WebUI computes by ${backend}. Headroom reads the memory of NVIDIA cards, and of the WebUI itself where it computes on the CPU.`,
  };
}
