import { foundMiB, leftBehindMiB } from '../calibration/left-behind.ts';
import { traitsOf } from '../hosts/hosts.ts';
import type { KnownTraits } from '../protocol/host.ts';
import type { TorchNow } from '../protocol/run.ts';
import type { HostState } from './host-link.ts';

/** What a failed run has left in the WebUI's memory, by what its counters said when it last did nothing. */
export interface LeftBehind {
  /** Of a host that is there. */
  readonly leftMiB: number;
  /** All that is on the card where a network was left there that is moved on and off it; null where none was. */
  readonly foundMiB: number | null;
  onIdle(torch: TorchNow | null): void;
  onHostGone(): void;
}

export function createLeftBehind(host: () => HostState | null, onChange: () => void): LeftBehind {
  let idleTorch: TorchNow | null = null;

  function ofHost<T>(told: (torch: TorchNow | null, traits: KnownTraits) => T): T | null {
    const now = host();
    return now === null ? null : told(idleTorch, traitsOf(now.environment));
  }

  const leftMiB = (): number => ofHost(leftBehindMiB) ?? 0;
  const found = (): number | null => ofHost(foundMiB);

  return {
    get leftMiB() {
      return leftMiB();
    },
    get foundMiB() {
      return found();
    },
    onIdle: (torch) => {
      const [leftBeforeMiB, foundBeforeMiB] = [leftMiB(), found()];
      idleTorch = torch;
      if (leftMiB() !== leftBeforeMiB || found() !== foundBeforeMiB) onChange();
    },
    onHostGone: () => {
      idleTorch = null;
    },
  };
}
