import { beforeEach, describe, expect, test } from '@jest/globals';
import type { HostDevice } from '../../../../../service/protocol/host.ts';
import type { SourceReason } from '../../../../../service/protocol/source.ts';
import { backedByTorch, type TorchBackedSampler } from '../../../../../service/memory/sources/torch/backed.ts';
import type { DeviceReading, SamplerEvent } from '../../../../../service/memory/sources/types.ts';
import { createFakeClock, type FakeClock } from '../../../server/fake-clock.ts';
import { DEVICE, FakeSampler, HEALTHY } from '../../../server/fake-sampler.ts';

const GB10: DeviceReading = { ...DEVICE, name: 'NVIDIA GB10', usedMiB: null, totalMiB: null };
const HOST: HostDevice = {
  backend: 'cuda',
  name: 'NVIDIA GB10',
  uuid: GB10.uuid,
  busId: GB10.busId,
  totalMiB: 124_610,
};
const MEMORY = { freeMiB: 100_000, totalMiB: 124_610, integrated: false };

let clock: FakeClock;
let driver: FakeSampler;
let shown: DeviceReading;
let sampler: TorchBackedSampler;
let wanted: boolean[];
let events: SamplerEvent[];

beforeEach(() => {
  clock = createFakeClock();
  shown = GB10;
  driver = new FakeSampler(clock, () => shown);
  wanted = [];
  events = [];
  sampler = backedByTorch(driver, clock, (now) => wanted.push(now));
  sampler.subscribe((event) => events.push(event));
  sampler.start();
});

const lastDevice = (): DeviceReading | undefined =>
  events.flatMap((event) => (event.type === 'sample' ? event.sample.devices : [])).at(-1);
const fails = (reason: SourceReason, health: 'stale' | 'unavailable' = 'unavailable') =>
  driver.fail({ ...HEALTHY, health, reason, remark: { code: 'failed', reason } });
/** The host tells each second, as it is asked to. */
const tell = async (times: number): Promise<void> => {
  for (let time = 0; time < times; time += 1) {
    sampler.onHostMemory(MEMORY);
    await clock.advance(1000);
  }
};

describe('a card of which nvidia-smi tells no memory', () => {
  test('is told as such at once, before any WebUI is there', () => {
    expect(sampler.state).toMatchObject({
      kind: 'nvidia-smi',
      health: 'unavailable',
      reason: 'no-memory-figures',
      remark: { code: 'failed', reason: 'no-memory-figures' },
    });
    expect(events).toContainEqual({ type: 'state', state: sampler.state });
    expect(lastDevice()).toEqual(GB10);
    expect(wanted).toEqual([]);
  });

  test('is read by torch once a WebUI computes on it, and the source says so and why', async () => {
    sampler.useHost(HOST);
    expect(wanted).toEqual([true]);
    await tell(5);
    expect(sampler.state).toMatchObject({
      kind: 'torch',
      label: 'VRAM',
      health: 'ok',
      reason: 'no-memory-figures',
      remark: { code: 'torch-serves', reason: 'no-memory-figures', listsPrograms: true },
    });
    expect(lastDevice()).toEqual({ ...GB10, usedMiB: 24_610, totalMiB: 124_610 });
  });

  test('shows nothing as current that torch no longer tells', async () => {
    sampler.useHost(HOST);
    await tell(1);
    await clock.advance(3000);
    expect(sampler.state).toMatchObject({ kind: 'torch', health: 'stale', reason: 'hung' });
    sampler.onHostMemory(null);
    expect(sampler.state).toMatchObject({ kind: 'torch', health: 'unavailable', reason: 'not-available' });
    await tell(1);
    expect(sampler.state.health).toBe('ok');
  });

  test('is told as before where torch cannot tell either, or is of before an update', async () => {
    sampler.useHost(HOST);
    sampler.onHostMemory(null);
    await clock.advance(10_000);
    expect(sampler.state).toMatchObject({ kind: 'nvidia-smi', health: 'unavailable', reason: 'no-memory-figures' });
  });

  test('is read by nvidia-smi again once that has figures', async () => {
    sampler.useHost(HOST);
    await tell(2);
    shown = { ...GB10, usedMiB: 5, totalMiB: 124_610 };
    await clock.advance(1000);
    expect(wanted).toEqual([true, false]);
    expect(sampler.state).toEqual(HEALTHY);
    sampler.onHostMemory(MEMORY);
    expect(lastDevice()).toEqual(shown);
  });

  test('is asked for by no WebUI that is gone', async () => {
    sampler.useHost(HOST);
    await tell(1);
    sampler.useHost(null);
    expect(wanted).toEqual([true, false]);
    expect(sampler.state).toMatchObject({ kind: 'nvidia-smi', reason: 'no-memory-figures' });
  });

  test('still has its programs listed by nvidia-smi, which is asked for memory no oftener for it', async () => {
    driver.processes = () => [{ pid: 4242, name: 'python', usedMiB: 3891 }];
    sampler.useHost(HOST);
    sampler.setIntervalMs(100);
    expect(driver.intervalMs).toBe(1000);
    expect(await sampler.readProcesses()).toHaveLength(1);
    shown = { ...GB10, usedMiB: 5, totalMiB: 124_610 };
    await clock.advance(1000);
    expect(driver.intervalMs).toBe(100);
  });

  test('stays with torch while nvidia-smi hangs', async () => {
    sampler.useHost(HOST);
    await tell(1);
    fails('hung', 'stale');
    await tell(3);
    expect([sampler.state.kind, sampler.state.health]).toEqual(['torch', 'ok']);
  });
});

describe('torch serves too', () => {
  test.each<SourceReason>([
    'driver-missing',
    'no-devices',
    'no-permission',
    'not-available',
    'unknown-field',
    'bad-output',
    'not-started',
  ])('where nvidia-smi gives nothing (%s), says so, and lists no programs', async (reason) => {
    sampler.useHost(HOST);
    fails(reason);
    await tell(1);
    expect(sampler.state).toMatchObject({
      kind: 'torch',
      health: 'ok',
      reason,
      remark: { code: 'torch-serves', reason, listsPrograms: false },
    });
    expect(lastDevice()).toMatchObject({ index: null, uuid: GB10.uuid, name: 'NVIDIA GB10', usedMiB: 24_610 });
    expect(await sampler.readProcesses()).toBeNull();
  });

  test('where nvidia-smi shows another card only, as on a part of one', async () => {
    shown = { ...DEVICE, uuid: 'GPU-another', busId: null, usedMiB: 5 };
    sampler.useHost({ ...HOST, uuid: 'MIG-1' });
    expect(sampler.state.health).toBe('ok');
    await clock.advance(1000);
    await tell(1);
    expect(sampler.state).toMatchObject({
      kind: 'torch',
      health: 'ok',
      reason: null,
      remark: { code: 'torch-serves', reason: null },
    });
    expect(lastDevice()).toMatchObject({ uuid: 'MIG-1', usedMiB: 24_610 });
  });
});

describe('torch does not serve', () => {
  test.each<[SourceReason, 'stale' | 'unavailable']>([
    ['gpu-lost', 'unavailable'],
    ['driver-mismatch', 'unavailable'],
    ['hung', 'stale'],
  ])('where what is wrong must be told and mended (%s)', async (reason, health) => {
    shown = { ...DEVICE, usedMiB: 5 };
    await clock.advance(1000);
    sampler.useHost({ ...HOST, totalMiB: DEVICE.totalMiB });
    fails(reason, health);
    await tell(2);
    expect(wanted).toEqual([]);
    expect(sampler.state).toMatchObject({ kind: 'nvidia-smi', health, reason });
  });

  test('where nvidia-smi has figures: nothing is asked of the host, and nothing is changed', async () => {
    shown = { ...DEVICE, usedMiB: 5 };
    await clock.advance(1000);
    sampler.useHost({ ...HOST, totalMiB: DEVICE.totalMiB });
    sampler.setIntervalMs(100);
    await clock.advance(1000);
    expect(wanted).toEqual([]);
    expect(sampler.state).toBe(driver.state);
    expect([lastDevice(), driver.intervalMs]).toEqual([shown, 100]);
  });
});
