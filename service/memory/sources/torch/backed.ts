/**
 * The third source: a card as the CUDA runtime tells it to torch, in the WebUI. Slow, so it serves only where
 * nvidia-smi has no figures.
 */
import type { Clock } from '../../../base/clock.ts';
import type { DeviceMemory, HostDevice } from '../../../protocol/host.ts';
import type { SourceReason } from '../../../protocol/viewer.ts';
import { matchDevice } from '../../match.ts';
import { createSourceHealth, type SourceHealth } from '../source-health.ts';
import { hasFigures, type DeviceReading, type Sampler, type SamplerEvent, type SourceStatus } from '../types.ts';

export interface TorchBackedSampler extends Sampler {
  /** The card that torch computes on; null while there is none. */
  useHost(device: HostDevice | null): void;
  /** What torch has told of it; null where it could not. */
  onHostMemory(memory: DeviceMemory | null): void;
}

/**
 * Why nvidia-smi has no figures for the host's card; null where it has them, or where what is wrong is the card's or
 * its driver's own and is to be told.
 */
type Lack = SourceReason | 'unmatched' | null;

/**
 * With these torch may have figures all the same. A card that is lost, or a driver that hangs or is half updated, must
 * be mended instead.
 */
const SERVED: ReadonlySet<SourceReason> = new Set([
  'not-started',
  'driver-missing',
  'no-devices',
  'unknown-field',
  'no-permission',
  'not-available',
  'bad-output',
]);
/** nvidia-smi is asked on, for it may have figures one day, but no oftener. */
const BLIND_INTERVAL_MS = 1000;

/** @param onWanted called when the host is to begin, or to stop, telling its device's memory. */
export function backedByTorch(driver: Sampler, clock: Clock, onWanted: (wanted: boolean) => void): TorchBackedSampler {
  const listeners = new Set<(event: SamplerEvent) => void>();
  let host: HostDevice | null = null;
  let seen: readonly DeviceReading[] = [];
  let lack: Lack = null;
  let torch: SourceHealth | null = null;
  let intervalMs = BLIND_INTERVAL_MS;
  let told = driver.state;

  const emit = (event: SamplerEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  const tellState = (): void => {
    const state = stateNow();
    if (JSON.stringify(state) === JSON.stringify(told)) return;
    told = state;
    emit({ type: 'state', state });
  };
  const torchServes = (): boolean => torch !== null && torch.state.health !== 'starting';

  function stateNow(): SourceStatus {
    if (torch !== null && torchServes()) return torch.state;
    if (lack !== 'no-memory-figures') return driver.state;
    return { ...driver.state, health: 'unavailable', reason: lack, remark: { code: 'failed', reason: lack } };
  }

  function lackNow(): Lack {
    const { health, reason } = driver.state;
    if (health === 'unavailable') return reason !== null && SERVED.has(reason) ? reason : null;
    // Silence says nothing new of what it can tell.
    if (health !== 'ok') return lack;
    if (host === null) return seen.length > 0 && !seen.some(hasFigures) ? 'no-memory-figures' : null;
    const device = matchDevice(host, seen);
    if (device === null) return seen.length === 0 ? lack : 'unmatched';
    return hasFigures(device) ? null : 'no-memory-figures';
  }

  function look(): void {
    lack = lackNow();
    const wanted = host !== null && lack !== null;
    if (wanted === (torch !== null)) return;
    torch?.stop();
    torch = wanted ? serveByTorch() : null;
    driver.setIntervalMs(wanted ? BLIND_INTERVAL_MS : intervalMs);
    onWanted(wanted);
  }

  function serveByTorch(): SourceHealth {
    const health = createSourceHealth(clock, 'torch', 'VRAM');
    health.subscribe((event) => (event.type === 'state' ? tellState() : emit(event)));
    return health;
  }

  function onDriver(event: SamplerEvent): void {
    if (event.type === 'sample') {
      seen = event.sample.devices;
      look();
      tellState();
      if (!torchServes()) emit(event);
    } else if (event.state.health !== 'ok') {
      // That it is ok is told with the sample that follows: only that shows whether it has figures.
      look();
      tellState();
    }
  }

  function reading(device: HostDevice, { freeMiB, totalMiB }: DeviceMemory): DeviceReading {
    const listed = driver.state.health === 'ok' ? matchDevice(device, seen) : null;
    return {
      index: listed?.index ?? null,
      uuid: device.uuid ?? listed?.uuid ?? null,
      busId: device.busId ?? listed?.busId ?? null,
      name: device.name,
      usedMiB: Math.max(0, totalMiB - freeMiB),
      totalMiB,
      driverKeptMiB: null,
      processMiB: null,
    };
  }

  driver.subscribe(onDriver);
  return {
    get state() {
      return stateNow();
    },
    get driverVersion() {
      return driver.driverVersion;
    },
    start: () => driver.start(),
    setIntervalMs: (next) => {
      intervalMs = next;
      if (torch === null) driver.setIntervalMs(next);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    readProcesses: (uuid) => (driver.state.health === 'ok' ? driver.readProcesses(uuid) : Promise.resolve(null)),
    stop: () => {
      torch?.stop();
      return driver.stop();
    },
    useHost: (device) => {
      host = device;
      look();
      tellState();
    },
    onHostMemory: (memory) => {
      if (host === null || torch === null || lack === null) return;
      if (memory !== null) {
        const reason = lack === 'unmatched' ? null : lack;
        torch.publish(
          { atMs: clock.nowMs(), devices: [reading(host, memory)] },
          { code: 'torch-serves', reason, listsPrograms: driver.state.health === 'ok' },
        );
      } else if (torchServes()) torch.fail('not-available');
    },
  };
}
