import { PROTOCOL_VERSION } from '../../../service/protocol/limits.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nextRun } from '../../../service/plan/planner.ts';
import { planSize } from '../../../service/plan/size.ts';
import { createHub, type Hub } from '../../../service/server/hub.ts';
import type { HubOptions } from '../../../service/server/hub-options.ts';
import type { SourceChoice } from '../../../service/memory/sources/source.ts';
import { openStore, type Store } from '../../../service/store/store.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { FakeHost } from './fake-host.ts';
import type { DeviceReading } from '../../../service/memory/sources/types.ts';
import { DEVICE, FakeSampler } from './fake-sampler.ts';
import { FakeSocket } from './fake-socket.ts';

/** Of a system that tells little of RAM. */
export const NO_RAM: HubOptions['readRam'] = {
  process: () => Promise.resolve({ residentMiB: null, allocator: null, notPreloaded: [], allocConf: null }),
  machine: () =>
    Promise.resolve({
      totalMiB: 16_384,
      availableMiB: null,
      commitLimitMiB: null,
      committedMiB: null,
      commandForTcmalloc: null,
    }),
};

/** A sidecar with one WebUI and one page, without processes and without waiting. */
export interface Rig {
  readonly clock: FakeClock;
  readonly hub: Hub;
  readonly store: Store;
  readonly host: FakeHost;
  readonly viewer: FakeSocket;
  readonly samplers: FakeSampler[];
  readonly choices: SourceChoice[];
  /** @param prepare it before it says hello. */
  connectHost(prepare?: (host: FakeHost) => void): FakeHost;
  /** A page that says hello, unless told otherwise. */
  connectViewer(greets?: boolean): FakeSocket;
  end(): Promise<void>;
}

/** @param shown what nvidia-smi shows of the card, or of several, while so much of the WebUI's is used. */
export function createRig(
  dataDir: string,
  overrides: Partial<HubOptions> = {},
  shown: (usedMiB: number) => DeviceReading | readonly DeviceReading[] = (usedMiB) => ({ ...DEVICE, usedMiB }),
): Rig {
  const clock = overrides.clock === undefined ? createFakeClock() : (overrides.clock as FakeClock);
  const store = openStore(dataDir, clock.nowMs());
  const samplers: FakeSampler[] = [];
  const choices: SourceChoice[] = [];
  const hosts: FakeHost[] = [];
  let ids = 0;
  const hub = createHub({
    clock,
    store,
    planner: { nextRun, planSize },
    createSampler: (choice) => {
      const sampler = new FakeSampler(clock, () => shown(hosts.at(-1)?.usedMiB() ?? 300));
      sampler.processes = () =>
        hosts.length === 0 ? null : [{ pid: 4242, name: 'python', usedMiB: hosts.at(-1)?.processUsedMiB ?? null }];
      samplers.push(sampler);
      choices.push(choice);
      return sampler;
    },
    readRam: NO_RAM,
    version: '0.1.0',
    pid: 4000,
    driverMaySpill: false,
    holder: `${dataDir.slice(-6)}-${Math.random()}`,
    newId: () => `${dataDir.slice(-6)}-${clock.nowMs()}-${++ids}`,
    newSeed: () => 7,
    log: () => undefined,
    ...overrides,
  });
  const connectHost: Rig['connectHost'] = (prepare) => {
    const host = new FakeHost(clock);
    prepare?.(host);
    hosts.push(host);
    hub.addHost(host.socket);
    host.hello();
    return host;
  };
  const connectViewer = (greets = true): FakeSocket => {
    const socket = new FakeSocket();
    hub.addViewer(socket);
    if (greets) socket.say({ type: 'hello', protocol: PROTOCOL_VERSION });
    return socket;
  };
  return {
    clock,
    hub,
    store,
    samplers,
    choices,
    host: connectHost(),
    viewer: connectViewer(),
    connectHost,
    connectViewer,
    end: () => hub.close(),
  };
}

/** A folder of its own for one test, and what removes it. */
export function temporaryDir(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'headroom-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
