import type { GpuProcess } from '../../../service/protocol/viewer.ts';
import type { DeviceReading, Sampler, SamplerEvent } from '../../../service/memory/sources/types.ts';
import type { SourceState } from '../../../service/protocol/source.ts';
import type { FakeClock } from './fake-clock.ts';

export const DEVICE: DeviceReading = {
  index: 0,
  uuid: 'GPU-5f1e9d5a-3c5e-4a61-9f0a-1d2b3c4d5e6f',
  busId: '00000000:01:00.0',
  name: 'NVIDIA GeForce RTX 3070 (simulated)',
  usedMiB: 0,
  totalMiB: 8192,
  driverKeptMiB: null,
  processMiB: null,
};
export const HEALTHY: SourceState = { kind: 'nvidia-smi', label: 'VRAM', health: 'ok', reason: null, remark: null };

/** Reads `devices()` at the rate that it is told, by the test's clock. */
export class FakeSampler implements Sampler {
  state: SourceState = HEALTHY;
  readonly driverVersion = '550.54.14';
  intervalMs = 1000;
  stopped = false;
  /** Null: the driver does not say. */
  processes: () => GpuProcess[] | null = () => null;
  listings = 0;
  readonly #clock: FakeClock;
  readonly #devices: () => DeviceReading | readonly DeviceReading[];
  readonly #listeners = new Set<(event: SamplerEvent) => void>();
  #timer: { clear(): void } | null = null;

  constructor(clock: FakeClock, devices: () => DeviceReading | readonly DeviceReading[]) {
    this.#clock = clock;
    this.#devices = devices;
  }

  start(): void {
    this.#read();
  }

  setIntervalMs(intervalMs: number): void {
    this.intervalMs = intervalMs;
    this.#timer?.clear();
    if (this.#timer !== null) this.#plan();
  }

  subscribe(listener: (event: SamplerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readProcesses() {
    this.listings += 1;
    return Promise.resolve(this.processes());
  }

  stop(): Promise<void> {
    this.stopped = true;
    this.#timer?.clear();
    return Promise.resolve();
  }

  fail(state: SourceState): void {
    this.state = state;
    for (const listener of this.#listeners) listener({ type: 'state', state });
  }

  #read(): void {
    const sample = { atMs: this.#clock.nowMs(), devices: [this.#devices()].flat() };
    if (this.state.health === 'ok') for (const listener of this.#listeners) listener({ type: 'sample', sample });
    this.#plan();
  }

  #plan(): void {
    this.#timer = this.#clock.setTimeout(() => this.#read(), this.intervalMs);
  }
}
