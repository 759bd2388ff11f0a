import type { RecordedRun } from '../recorder/open-run.ts';
import type { HostState } from './host-link.ts';

/** Whether a person is told of the rescue: their last generation was lost as it was decoded, and the option is off. */
export interface RescueOffer {
  readonly isMade: boolean;
  onRun(run: Pick<RecordedRun, 'origin' | 'outcome' | 'phases'>): void;
  onHostGone(): void;
}

export function createRescueOffer(host: () => HostState | null): RescueOffer {
  let lost = false;
  return {
    get isMade() {
      return lost && host()?.rescues === false;
    },
    onRun: ({ origin, outcome, phases }) => {
      if (origin === 'ordinary') lost = outcome === 'oom' && phases.at(-1)?.phase === 'decode';
    },
    onHostGone: () => {
      lost = false;
    },
  };
}
