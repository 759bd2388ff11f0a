/** Keeps the right memory source running, and its readings flowing into the ledger. */
import type { Clock } from '../base/clock.ts';
import type { DeviceMemory, Environment } from '../protocol/host.ts';
import type { GpuProcess } from '../protocol/viewer.ts';
import type { LiveLedger, MemoryReading } from './ledger.ts';
import { matchDevice } from './match.ts';
import { createPrograms } from './programs.ts';
import { chooseSource, isBackedByTorch } from './sources/registry.ts';
import { IDLE_INTERVAL_MS, type SourceChoice } from './sources/source.ts';
import { backedByTorch, type TorchBackedSampler } from './sources/torch/backed.ts';
import type { DeviceReading, Sample, Sampler, SourceStatus } from './sources/types.ts';

export interface MemoryWatchOptions {
  readonly clock: Clock;
  readonly ledger: LiveLedger;
  readonly createSampler: (choice: SourceChoice) => Sampler;
  /** The host is to begin, or to stop, telling its device's memory. */
  readonly onDeviceWanted: (wanted: boolean) => void;
  readonly onReading: (reading: MemoryReading) => void;
  /** The source's health, the list of devices or of processes changed. */
  readonly onChange: () => void;
}

export interface MemoryWatch {
  start(): void;
  useHost(environment: Environment, pid: number): void;
  noHost(): void;
  /** What the host has told of its device, after the ledger took in its counters of the same moment. */
  onHostMemory(memory: DeviceMemory | null): void;
  /** 10 readings a second instead of one. */
  setFast(fast: boolean): void;
  /** See `Programs.refresh`. */
  refreshProcesses(): Promise<void> | null;
  readonly source: SourceStatus;
  readonly driverVersion: string | null;
  readonly device: DeviceReading | null;
  readonly devices: readonly DeviceReading[];
  readonly processes: readonly GpuProcess[] | null;
  stop(): Promise<void>;
}

export const FAST_INTERVAL_MS = 100;

/** A sampler in use, and what it last showed. */
interface Running {
  readonly choice: SourceChoice;
  readonly sampler: Sampler;
  /** The same sampler, where torch stands in for it. */
  readonly backed: TorchBackedSampler | null;
  readonly unsubscribe: () => void;
}

export function createMemoryWatch(options: MemoryWatchOptions): MemoryWatch {
  const { clock, ledger, onDeviceWanted, onReading, onChange } = options;
  const programs = createPrograms(clock, ledger, onChange);
  let environment: Environment | null = null;
  let sample: Sample | null = null;
  /** What of the devices a page shows, to tell when that changes. */
  let shape = '';
  let fast = false;
  let running = create(chooseSource(null));

  function create(choice: SourceChoice): Running {
    const made = options.createSampler(choice);
    const backed = isBackedByTorch(choice) ? backedByTorch(made, clock, onDeviceWanted) : null;
    const sampler = backed ?? made;
    const unsubscribe = sampler.subscribe((event) => {
      if (event.type === 'sample') return take(event.sample);
      if (event.state.health !== 'ok') lose();
      onChange();
    });
    return { choice, sampler, backed, unsubscribe };
  }

  function begin(): void {
    running.sampler.setIntervalMs(fast ? FAST_INTERVAL_MS : IDLE_INTERVAL_MS);
    running.sampler.start();
  }

  function lose(): void {
    sample = null;
    ledger.tell({ type: 'silence' });
    programs.onSilence();
  }

  function take(next: Sample): void {
    sample = next;
    const reading = readingOf(currentDevice(), clock.monotonicMs());
    ledger.tell({ type: 'reading', reading });
    onReading(reading);
    programs.onReading();
    const nextShape = shapeOf(next);
    if (nextShape === shape) return;
    shape = nextShape;
    onChange();
  }

  function currentDevice(): DeviceReading | null {
    const devices = sample?.devices ?? [];
    if (environment !== null && running.backed !== null) return matchDevice(environment.device, devices);
    return devices.length === 1 ? (devices[0] ?? null) : null;
  }

  function choose(choice: SourceChoice): void {
    if (JSON.stringify(choice) === JSON.stringify(running.choice)) return;
    running.unsubscribe();
    void running.sampler.stop();
    lose();
    programs.askAnew();
    running = create(choice);
    begin();
  }

  return {
    start: begin,
    useHost: (nextEnvironment, pid) => {
      environment = nextEnvironment;
      programs.useHost(pid);
      choose(chooseSource({ backend: nextEnvironment.device.backend, pid }));
      running.backed?.useHost(nextEnvironment.device);
    },
    noHost: () => {
      environment = null;
      programs.useHost(null);
      ledger.tell({ type: 'host-gone' });
      choose(chooseSource(null));
      running.backed?.useHost(null);
    },
    onHostMemory: (memory) => running.backed?.onHostMemory(memory),
    setFast: (next) => {
      if (next === fast) return;
      fast = next;
      running.sampler.setIntervalMs(fast ? FAST_INTERVAL_MS : IDLE_INTERVAL_MS);
    },
    refreshProcesses: () => programs.refresh(running.sampler, currentDevice()?.uuid ?? null),
    get source() {
      return running.sampler.state;
    },
    get driverVersion() {
      return running.sampler.driverVersion;
    },
    get device() {
      return currentDevice();
    },
    get devices() {
      return sample?.devices ?? [];
    },
    get processes() {
      return programs.list;
    },
    stop: () => {
      running.unsubscribe();
      return running.sampler.stop();
    },
  };
}

function readingOf(device: DeviceReading | null, monotonicMs: number): MemoryReading {
  return {
    monotonicMs,
    usedMiB: device?.usedMiB ?? null,
    totalMiB: device?.totalMiB ?? null,
    usableMiB: device === null ? null : usableMiBOf(device),
    processMiB: device?.processMiB ?? null,
  };
}

/**
 * Newer drivers leave their own part out of memory.used and tell it apart (memory.reserved); older ones count it as
 * used.
 */
function usableMiBOf({ totalMiB, driverKeptMiB }: DeviceReading): number | null {
  return totalMiB === null ? null : totalMiB - (driverKeptMiB ?? 0);
}

function shapeOf({ devices }: Sample): string {
  return JSON.stringify(
    devices.map(({ uuid, busId, name, totalMiB, usedMiB }) => [uuid, busId, name, totalMiB, usedMiB === null]),
  );
}
