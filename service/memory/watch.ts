/** Keeps the right memory source running, and its readings flowing into the ledger. */
import type { Clock } from '../base/clock.ts';
import type { Environment } from '../protocol/host.ts';
import type { WholeDevice } from '../protocol/shim.ts';
import type { GpuProcess } from '../protocol/viewer.ts';
import type { LiveLedger, MemoryReading } from './ledger.ts';
import { matchDevice } from './match.ts';
import { createSourceInUse } from './in-use.ts';
import { createPrograms } from './programs.ts';
import { createReadings } from './readings.ts';
import { chooseSource } from './sources/registry.ts';
import type { SourceChoice } from './sources/source.ts';
import type { DeviceReading, Sampler } from './sources/types.ts';
import type { SourceState } from '../protocol/source.ts';

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
  onHostMemory(memory: WholeDevice | null): void;
  /** 10 readings a second instead of one. */
  setFast(fast: boolean): void;
  /** See `Programs.refresh`. */
  refreshProcesses(): Promise<void> | null;
  readonly source: SourceState;
  readonly driverVersion: string | null;
  readonly device: DeviceReading | null;
  readonly devices: readonly DeviceReading[];
  readonly processes: readonly GpuProcess[] | null;
  stop(): Promise<void>;
}

export function createMemoryWatch(options: MemoryWatchOptions): MemoryWatch {
  const { clock, ledger, createSampler, onDeviceWanted, onReading, onChange } = options;
  const programs = createPrograms(clock, ledger, onChange);
  let environment: Environment | null = null;
  const readings = createReadings({ clock, ledger, programs, deviceOf: deviceAmong, onReading, onChange });

  const source = createSourceInUse(chooseSource(null), {
    clock,
    createSampler,
    onDeviceWanted,
    onEvent: (event) => {
      if (event.type === 'sample') return readings.take(event.sample);
      if (event.state.health !== 'ok') readings.lose();
      onChange();
    },
    onReplaced: () => {
      readings.lose();
      programs.askAnew();
    },
  });

  function deviceAmong(devices: readonly DeviceReading[]): DeviceReading | null {
    return hostDevice(devices, source.backed === null ? null : environment);
  }

  function use(next: Environment | null, pid: number | null): void {
    environment = next;
    programs.useHost(pid);
    if (next === null) ledger.tell({ type: 'host-gone' });
    source.choose(chooseSource(next === null || pid === null ? null : { backend: next.device.backend, pid }));
    source.backed?.useHost(next?.device ?? null);
  }

  return {
    start: source.start,
    useHost: use,
    noHost: () => use(null, null),
    onHostMemory: (memory) => source.backed?.onHostMemory(memory),
    setFast: source.setFast,
    refreshProcesses: () => programs.refresh(source.sampler, deviceAmong(readings.devices)?.uuid ?? null),
    get source() {
      return source.sampler.state;
    },
    get driverVersion() {
      return source.sampler.driverVersion;
    },
    get device() {
      return deviceAmong(readings.devices);
    },
    get devices() {
      return readings.devices;
    },
    get processes() {
      return programs.list;
    },
    stop: source.stop,
  };
}

/** The host's device among those that are read; without a host, or where no source knows it, the only one. */
function hostDevice(devices: readonly DeviceReading[], environment: Environment | null): DeviceReading | null {
  if (environment !== null) return matchDevice(environment.device, devices);
  return devices.length === 1 ? (devices[0] ?? null) : null;
}
