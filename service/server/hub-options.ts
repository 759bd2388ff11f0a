import type { Clock } from '../base/clock.ts';
import type { Planner } from '../benchmark/course.ts';
import type { SourceChoice } from '../memory/sources/source.ts';
import type { Sampler } from '../memory/sources/types.ts';
import type { Store } from '../store/store.ts';
import type { RamReaders } from './messages/holders.ts';

/** What a sidecar is given of the machine and of its start. */
export interface HubOptions {
  readonly clock: Clock;
  readonly store: Store;
  readonly planner: Planner;
  readonly createSampler: (choice: SourceChoice) => Sampler;
  readonly readRam: RamReaders;
  readonly version: string;
  /** This sidecar's. */
  readonly pid: number;
  /** Whether the driver gives out system RAM where it could refuse. */
  readonly driverMaySpill: boolean;
  /** Under this name benchmarks are held against other WebUIs of the same data folder. */
  readonly holder: string;
  readonly newId: () => string;
  readonly newSeed: () => number;
  readonly log: (text: string) => void;
}
