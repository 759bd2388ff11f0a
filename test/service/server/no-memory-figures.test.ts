/** Cards that share the processor's memory (GB10, Orin, Thor): nvidia-smi tells none, torch does. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Environment } from '../../../service/protocol/host.ts';
import type { BenchmarkOptions } from '../../../service/protocol/benchmark.ts';
import type { DeviceReading } from '../../../service/memory/sources/types.ts';
import { settingsOf, SD15_LIKE, truth } from '../model/synthetic-host.ts';
import { DEVICE } from './fake-sampler.ts';
import { ENVIRONMENT, IDLE_SLACK_MIB } from './fake-host.ts';
import { createRig, temporaryDir, type Rig } from './rig.ts';

const OPTIONS: BenchmarkOptions = { maxSizePx: 1024, maxBatchSize: 4, operations: ['txt2img'], budget: 'quick' };
const SETTINGS = settingsOf('txt2img', 768, 768, 1);

let dir: ReturnType<typeof temporaryDir>;
let rig: Rig;
let tells: boolean;

beforeEach(() => {
  dir = temporaryDir();
  tells = false;
  rig = createRig(dir.path, {}, (usedMiB) => ({
    ...DEVICE,
    usedMiB: tells ? usedMiB : null,
    totalMiB: tells ? DEVICE.totalMiB : null,
  }));
});
afterEach(async () => {
  await rig.end();
  dir.remove();
});

async function ask(): Promise<Record<string, unknown>> {
  rig.viewer.say({ type: 'estimate', requestId: 1, tab: 'txt2img', settings: SETTINGS });
  await rig.clock.advance(0);
  return rig.viewer.last('estimate')?.['result'] as Record<string, unknown>;
}

describe('where nvidia-smi has no memory figures and torch tells none', () => {
  test('that is told at once, in the state and instead of an estimate', async () => {
    await rig.clock.advance(100);
    expect(rig.viewer.last('state')).toMatchObject({
      source: { health: 'unavailable', reason: 'no-memory-figures' },
      device: { name: DEVICE.name, totalMiB: null },
    });
    expect(await ask()).toMatchObject({
      status: 'no-memory-source',
      why: { code: 'no-reading', remark: { code: 'failed', reason: 'no-memory-figures' } },
    });
  });

  test('a benchmark is refused with the reason: what it measured would serve nothing', async () => {
    await rig.clock.advance(1500);
    rig.viewer.say({ type: 'benchmark-start', options: OPTIONS });
    await rig.clock.advance(60_000);
    expect(rig.viewer.last('refused')).toMatchObject({
      refusal: { code: 'no-figures', reason: 'no-memory-figures' },
    });
    expect(rig.host.asked).toEqual([]);
  });
});

describe('where torch tells what nvidia-smi does not', () => {
  beforeEach(async () => {
    rig.host.readsDevice = true;
    await rig.clock.advance(2500);
  });

  test('the source is torch, and memory is told each second', async () => {
    expect(rig.viewer.last('state')).toMatchObject({
      source: { kind: 'torch', health: 'ok', reason: 'no-memory-figures' },
      device: { uuid: DEVICE.uuid, totalMiB: DEVICE.totalMiB },
    });
    rig.viewer.sent.length = 0;
    await rig.clock.advance(5000);
    expect(rig.viewer.all('memory')).toHaveLength(5);
    expect(rig.viewer.last('memory')).toMatchObject({ usedMiB: rig.host.usedMiB(), totalMiB: DEVICE.totalMiB });
  });

  test('a benchmark runs to its end, its runs are unmarked, and an estimate holds the truth', async () => {
    rig.viewer.say({ type: 'benchmark-start', options: OPTIONS });
    await rig.clock.advance(300_000);
    expect(rig.viewer.last('state')).toMatchObject({
      source: { kind: 'torch', health: 'ok' },
      benchmark: { state: 'idle', last: { result: 'finished' } },
      calibration: { state: 'ready' },
    });
    rig.viewer.say({ type: 'runs', requestId: 2 });
    await rig.clock.advance(0);
    const rows = (rig.viewer.last('runs')?.['rows'] ?? []) as { origin: string; marks: string[] }[];
    expect(rows.filter(({ origin }) => origin === 'benchmark').flatMap(({ marks }) => marks)).toEqual([]);
    const needMiB = truth(SD15_LIKE, SETTINGS).needMiB + IDLE_SLACK_MIB + rig.host.othersMiB + rig.host.contextMiB;
    const { status, required } = (await ask()) as { status: string; required: { lowMiB: number; highMiB: number } };
    expect(status).toBe('estimated');
    expect([required.lowMiB <= needMiB, needMiB <= required.highMiB]).toEqual([true, true]);
  });

  test('nvidia-smi serves again, and the host is told to stop, once it has figures', async () => {
    tells = true;
    await rig.clock.advance(1100);
    expect(rig.host.deviceWanted).toBe(false);
    expect(rig.viewer.last('state')).toMatchObject({ source: { kind: 'nvidia-smi', health: 'ok', reason: null } });
  });
});

describe('beside a card that nvidia-smi has figures of, in either order', () => {
  const GB10 = { uuid: 'GPU-00000000-0000-0000-0000-000000000010', busId: '0000000F:01:00.0', name: 'NVIDIA GB10' };
  const blind: DeviceReading = { ...DEVICE, ...GB10, index: 1, usedMiB: null, totalMiB: null };
  const onGb10 = { ...ENVIRONMENT, device: { ...ENVIRONMENT.device, ...GB10 } };
  let two: Rig;
  let otherDir: ReturnType<typeof temporaryDir>;

  async function start(first: 'blind' | 'good', environment: Environment, readsDevice: boolean): Promise<void> {
    otherDir = temporaryDir();
    two = createRig(otherDir.path, {}, (usedMiB) => {
      const good = { ...DEVICE, usedMiB };
      return first === 'blind' ? [blind, good] : [good, blind];
    });
    two.host.readsDevice = readsDevice;
    two.host.environment(environment);
    await two.clock.advance(2500);
    two.viewer.say({ type: 'benchmark-start', options: OPTIONS });
    await two.clock.advance(300_000);
  }
  afterEach(async () => {
    await two.end();
    otherDir.remove();
  });

  test.each(['blind', 'good'] as const)('the benchmark of a WebUI on the good card runs (first: %s)', async (first) => {
    await start(first, ENVIRONMENT, false);
    expect(two.viewer.last('state')).toMatchObject({
      source: { kind: 'nvidia-smi', health: 'ok' },
      device: { uuid: DEVICE.uuid },
      benchmark: { state: 'idle', last: { result: 'finished' } },
    });
  });

  test.each(['blind', 'good'] as const)(
    'that of a WebUI on the other is refused with the reason (first: %s)',
    async (first) => {
      await start(first, onGb10, false);
      expect(two.viewer.last('refused')).toMatchObject({
        refusal: { code: 'no-figures', reason: 'no-memory-figures' },
      });
      expect(two.viewer.last('state')).toMatchObject({
        source: { health: 'unavailable', reason: 'no-memory-figures' },
        device: { name: 'NVIDIA GB10', totalMiB: null },
      });
      expect(two.host.asked).toEqual([]);
    },
  );

  test.each(['blind', 'good'] as const)('or served by torch where that tells (first: %s)', async (first) => {
    await start(first, onGb10, true);
    expect(two.viewer.last('state')).toMatchObject({
      source: { kind: 'torch', health: 'ok', reason: 'no-memory-figures' },
      device: { uuid: GB10.uuid },
      benchmark: { state: 'idle', last: { result: 'finished' } },
    });
  });
});
