import type { Clock } from '../base/clock.ts';
import type { Conductor } from '../benchmark/conductor.ts';
import { nothingLoaded, type Calibration } from '../calibration/calibration.ts';
import type { Calibrator } from '../calibration/calibrator.ts';
import type { Histories } from '../calibration/history.ts';
import type { LiveLedger } from '../memory/ledger.ts';
import type { MemoryWatch } from '../memory/watch.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { LiveRun } from '../protocol/live.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { storedEnvironmentOf } from '../recorder/run.ts';
import type { KnownEnvironment } from '../store/environment-rows.ts';
import type { Store } from '../store/store.ts';
import type { HostLink } from './host-link.ts';
import type { IdleMemoryKeeper } from './idle-memory.ts';
import type { Live } from './live.ts';
import type { LeakWatch } from './leak-watch.ts';
import type { LeftBehind } from './left-behind.ts';
import type { RanOut } from './ran-out.ts';
import type { RescueOffer } from './rescue-offer.ts';
import type { Viewers } from './viewers.ts';

/** What a hub is put together from. Each part may tell another something, but not before all are there. */
export interface Parts {
  readonly clock: Clock;
  /** This sidecar's. */
  readonly pid: number;
  readonly store: Store;
  readonly histories: Histories;
  readonly calibrator: Calibrator;
  readonly ledger: LiveLedger;
  readonly recorder: Recorder;
  readonly memory: MemoryWatch;
  readonly link: HostLink;
  readonly conductor: Conductor;
  readonly viewers: Viewers;
  readonly leftBehind: LeftBehind;
  readonly leakWatch: LeakWatch;
  readonly live: Live;
  readonly idleMemory: IdleMemoryKeeper;
  /** As the readout would say of these settings now; null where it gives none. */
  readonly verdictOf: (settings: GenerationSettings) => LiveRun['verdict'];
  readonly rescueOffer: RescueOffer;
  readonly ranOut: RanOut;
  readonly isClosed: () => boolean;
}

/** The set-up that the WebUI has; null without a WebUI, and while it has no checkpoint. */
export function inForce({ link }: Pick<Parts, 'link'>): Pick<KnownEnvironment, 'keyHash' | 'environment'> | null {
  const { host } = link;
  return host === null || host.keyHash === null ? null : { keyHash: host.keyHash, environment: host.environment };
}

/** Of the set-up in force; null without a WebUI. */
export function calibrationNow({ link, calibrator }: Pick<Parts, 'link' | 'calibrator'>): Calibration | null {
  const { host } = link;
  if (host === null) return null;
  return host.keyHash === null
    ? nothingLoaded(host.environment)
    : calibrator.orSimilar(host.keyHash, storedEnvironmentOf(host.environment));
}

/** To ask who uses the device interrupts the readings: not while a run needs them. */
export function mayInterruptReadings({ conductor, recorder, ledger }: Parts): boolean {
  return !conductor.running && recorder.openRunId === null && !ledger.now.generating;
}

/**
 * Only pages show who uses the device. Without one it is asked until there is an answer, for the WebUI's CUDA context
 * must not pass for others' when a program asks. Null where nothing was asked.
 */
export function askWhoUsesIt({ viewers, memory }: Pick<Parts, 'viewers' | 'memory'>): Promise<void> | null {
  return viewers.count === 0 && memory.processes !== null ? null : memory.refreshProcesses();
}
