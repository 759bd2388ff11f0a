import type { Clock } from '../../../base/clock.ts';
import { createSourceHealth, type SourceHealth } from '../source-health.ts';
import type { DeviceReading, SamplerEvent } from '../types.ts';
import type { SourceState } from '../../../protocol/source.ts';
import type { Lack } from './lack.ts';

/** What torch has told, in place of nvidia-smi's figures, while that is wanted. */
export interface StandIn {
  readonly wanted: boolean;
  /** What it says of itself; null until it has told something. */
  readonly serving: SourceState | null;
  /** @returns whether that is new. */
  want(wanted: boolean): boolean;
  /** @param device null where torch could not tell of it. */
  take(device: DeviceReading | null, lack: Exclude<Lack, null>, listsPrograms: boolean): void;
  stop(): void;
}

export function createStandIn(clock: Clock, onEvent: (event: SamplerEvent) => void): StandIn {
  let health: SourceHealth | null = null;

  function serving(): SourceState | null {
    return health === null || health.state.health === 'starting' ? null : health.state;
  }

  return {
    get wanted() {
      return health !== null;
    },
    get serving() {
      return serving();
    },
    want: (wanted) => {
      if (wanted === (health !== null)) return false;
      health?.stop();
      health = wanted ? createSourceHealth(clock, 'torch', 'VRAM') : null;
      health?.subscribe(onEvent);
      return true;
    },
    take: (device, lack, listsPrograms) => {
      if (health === null) return;
      if (device !== null) {
        const reason = lack === 'unmatched' ? null : lack;
        health.publish({ atMs: clock.nowMs(), devices: [device] }, { code: 'torch-serves', reason, listsPrograms });
      } else if (serving() !== null) health.fail('not-available');
    },
    stop: () => health?.stop(),
  };
}
