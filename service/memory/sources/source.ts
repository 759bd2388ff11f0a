/** What the folder of a memory source gives to the registry. */
import type { Clock } from '../../base/clock.ts';
import type { Backend } from '../../protocol/host.ts';
import type { CommandRunner } from './command.ts';
import type { Sampler } from './types.ts';

/** Between two readings at rest. */
export const IDLE_INTERVAL_MS = 1_000;

/** The WebUI whose memory is wanted. */
export interface SourceHost {
  readonly backend: Backend;
  readonly pid: number;
}

/** A source, with what it must know of the WebUI: where that changes, another sampler is needed. */
export interface SourceChoice {
  readonly kind: string;
  /** Of the process that is read; null where all the device is. */
  readonly pid: number | null;
  /** What the WebUI computes by, or is taken to. */
  readonly backend: Backend;
}

/** This machine, as a source needs it. */
export interface SourceWorld {
  readonly clock: Clock;
  readonly runCommand: CommandRunner;
  /** Path of nvidia-smi; null = where it usually is. */
  readonly nvidiaSmi: string | null;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Source {
  readonly kind: string;
  /** Torch's own figures, told by the WebUI, stand in where it has none of the card. */
  readonly backedByTorch: boolean;
  /** Null where it does not read the memory that this WebUI computes in. */
  choose(host: SourceHost): SourceChoice | null;
  create(choice: SourceChoice, world: SourceWorld): Sampler;
}
