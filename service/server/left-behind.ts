import { leftBehindMiB } from '../calibration/left-behind.ts';
import { traitsOf } from '../hosts/hosts.ts';
import type { TorchNow } from '../protocol/run.ts';
import type { HostState } from './host-link.ts';

/** What a failed run has left in the WebUI's memory, by what its counters said when it last did nothing. */
export interface LeftBehind {
  /** Of a host that is there. */
  readonly leftMiB: number;
  onIdle(torch: TorchNow | null): void;
  onHostGone(): void;
}

export function createLeftBehind(host: () => HostState | null, onChange: () => void): LeftBehind {
  let idleTorch: TorchNow | null = null;

  function leftMiB(): number {
    const now = host();
    return now === null ? 0 : leftBehindMiB(idleTorch, traitsOf(now.environment));
  }

  return {
    get leftMiB() {
      return leftMiB();
    },
    onIdle: (torch) => {
      const beforeMiB = leftMiB();
      idleTorch = torch;
      if (leftMiB() !== beforeMiB) onChange();
    },
    onHostGone: () => {
      idleTorch = null;
    },
  };
}
