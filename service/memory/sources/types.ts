/** What the sampler produces. Later stages import these types and nothing else of this folder. */
import type { SourceState } from '../../protocol/source.ts';
import type { GpuProcess } from '../../protocol/viewer.ts';

/**
 * One device as a source sees it; absent figures are null. `usedMiB` is everybody's use, `driverKeptMiB` the driver's
 * own (memory.reserved). `processMiB` is the WebUI's process's part (its resident set, for RAM); null where the source
 * cannot say at this rate: for a card ask `readProcesses`.
 */
export interface DeviceReading {
  readonly index: number | null;
  readonly uuid: string | null;
  readonly busId: string | null;
  readonly name: string;
  readonly usedMiB: number | null;
  readonly totalMiB: number | null;
  readonly driverKeptMiB: number | null;
  readonly processMiB: number | null;
}

/** Whether it can be reckoned with: of a card that shares the processor's memory nvidia-smi tells neither. */
export function hasFigures({ usedMiB, totalMiB }: Pick<DeviceReading, 'usedMiB' | 'totalMiB'>): boolean {
  return usedMiB !== null && totalMiB !== null;
}

/** All devices at one moment. `atMs` is the sidecar's clock (`Clock.nowMs`), not the driver's. */
export interface Sample {
  readonly atMs: number;
  readonly devices: readonly DeviceReading[];
}

export type SamplerEvent =
  { readonly type: 'sample'; readonly sample: Sample } | { readonly type: 'state'; readonly state: SourceState };

/** A running memory source. Failures are states, never exceptions. */
export interface Sampler {
  readonly state: SourceState;
  readonly driverVersion: string | null;
  /** Starts sampling; a second call does nothing. */
  start(): void;
  /** Changes the rate (1000 ms when idle, 100 ms during a benchmark); bounded to what the source can do. */
  setIntervalMs(intervalMs: number): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: SamplerEvent) => void): () => void;
  /**
   * Who uses the device with this uuid (any device, where none is given), or null where the driver does not say. Not
   * for the hot path: it costs a process, and sampling pauses for it.
   */
  readProcesses(uuid?: string | null): Promise<readonly GpuProcess[] | null>;
  /** Ends the child, if any, and resolves when it is gone or given up on. */
  stop(): Promise<void>;
}
