/**
 * The third source: a card as the CUDA runtime tells it to torch, in the WebUI. Slow, so it serves only where
 * nvidia-smi has no figures.
 */
import type { Clock } from '../../../base/clock.ts';
import type { HostDevice } from '../../../protocol/host.ts';
import type { WholeDevice } from '../../../protocol/shim.ts';
import { matchDevice } from '../../match.ts';
import type { SourceState } from '../../../protocol/source.ts';
import type { DeviceReading, Sampler } from '../types.ts';
import { usedMiB } from './in-use.ts';
import { lackOf, type Lack } from './lack.ts';
import { createStandIn } from './stand-in.ts';
import { createVoice } from './voice.ts';

export interface TorchBackedSampler extends Sampler {
  /** The card that torch computes on; null while there is none. */
  useHost(device: HostDevice | null): void;
  /** What torch has told of it; null where it could not. */
  onHostMemory(memory: WholeDevice | null): void;
}

/** nvidia-smi is asked on, for it may have figures one day, but no oftener. */
const BLIND_INTERVAL_MS = 1000;

/** @param onWanted called when the host is to begin, or to stop, telling its device's memory. */
export function backedByTorch(driver: Sampler, clock: Clock, onWanted: (wanted: boolean) => void): TorchBackedSampler {
  const voice = createVoice(driver.state, () => stateOf(driver.state, standIn.serving, lack));
  const standIn = createStandIn(clock, (event) => (event.type === 'state' ? voice.tellState() : voice.emit(event)));
  let host: HostDevice | null = null;
  let seen: readonly DeviceReading[] = [];
  let lack: Lack = null;
  let intervalMs = BLIND_INTERVAL_MS;

  function look(): void {
    lack = lackOf(driver.state, host, seen, lack);
    const wanted = host !== null && lack !== null;
    if (standIn.want(wanted)) {
      driver.setIntervalMs(wanted ? BLIND_INTERVAL_MS : intervalMs);
      onWanted(wanted);
    }
    voice.tellState();
  }

  driver.subscribe((event) => {
    if (event.type === 'sample') seen = event.sample.devices;
    // That it is ok is told with the sample that follows: only that shows whether it has figures.
    else if (event.state.health === 'ok') return;
    look();
    if (event.type === 'sample' && standIn.serving === null) voice.emit(event);
  });
  return {
    get state() {
      return voice.state;
    },
    get driverVersion() {
      return driver.driverVersion;
    },
    start: () => driver.start(),
    setIntervalMs: (next) => {
      intervalMs = next;
      if (!standIn.wanted) driver.setIntervalMs(next);
    },
    subscribe: voice.subscribe,
    readProcesses: (uuid) => (driver.state.health === 'ok' ? driver.readProcesses(uuid) : Promise.resolve(null)),
    stop: () => {
      standIn.stop();
      return driver.stop();
    },
    useHost: (device) => {
      host = device;
      look();
    },
    onHostMemory: (memory) => {
      if (host === null || lack === null) return;
      const listed = driver.state.health === 'ok' ? matchDevice(host, seen) : null;
      standIn.take(memory === null ? null : readingOf(host, listed, memory), lack, driver.state.health === 'ok');
    },
  };
}

function stateOf(driver: SourceState, serving: SourceState | null, lack: Lack): SourceState {
  if (serving !== null) return serving;
  if (lack !== 'no-memory-figures') return driver;
  return { ...driver, health: 'unavailable', reason: lack, remark: { code: 'failed', reason: lack } };
}

/** @param listed the same card as nvidia-smi lists it, without its figures. */
function readingOf(device: HostDevice, listed: DeviceReading | null, memory: WholeDevice): DeviceReading {
  return {
    index: listed?.index ?? null,
    uuid: device.uuid ?? listed?.uuid ?? null,
    busId: device.busId ?? listed?.busId ?? null,
    name: device.name,
    usedMiB: usedMiB(memory),
    totalMiB: memory.totalMiB,
    driverKeptMiB: null,
    processMiB: null,
  };
}
