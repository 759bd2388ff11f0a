import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLedger, type LiveLedger, figuresOf } from '../../../service/memory/ledger.ts';
import { PROCESSES_AGAIN_MS, PROCESSES_EVERY_MS } from '../../../service/memory/programs.ts';
import type { SourceChoice } from '../../../service/memory/sources/source.ts';
import { FAST_INTERVAL_MS } from '../../../service/memory/in-use.ts';
import { createMemoryWatch, type MemoryWatch } from '../../../service/memory/watch.ts';
import { createFakeClock, type FakeClock } from '../server/fake-clock.ts';
import { ENVIRONMENT } from '../server/fake-host.ts';
import { DEVICE, FakeSampler, HEALTHY } from '../server/fake-sampler.ts';

let clock: FakeClock;
let ledger: LiveLedger;
let watch: MemoryWatch;
let choices: SourceChoice[];
let samplers: FakeSampler[];
let changes: number;

beforeEach(() => {
  clock = createFakeClock();
  ledger = createLedger();
  choices = [];
  samplers = [];
  changes = 0;
  watch = createMemoryWatch({
    clock,
    ledger,
    createSampler: (choice) => {
      choices.push(choice);
      const sampler = new FakeSampler(clock, () => ({ ...DEVICE, usedMiB: 3000 + clock.monotonicMs() / 1000 }));
      samplers.push(sampler);
      return sampler;
    },
    onDeviceWanted: () => undefined,
    onReading: () => undefined,
    onChange: () => (changes += 1),
  });
  watch.start();
});

const on = (backend: 'cpu' | 'rocm' | 'cuda') => ({ ...ENVIRONMENT, device: { ...ENVIRONMENT.device, backend } });

describe('the memory source', () => {
  test('is nvidia-smi before there is a WebUI', () => {
    expect(choices).toEqual([{ kind: 'nvidia-smi', pid: null, backend: 'cuda' }]);
    expect(ledger.now.latest?.usedMiB).toBe(3000);
  });

  test("becomes the WebUI's own process where it computes on the CPU, and nvidia-smi again when it has gone", () => {
    watch.useHost(on('cpu'), 4242);
    expect(choices.at(-1)).toEqual({ kind: 'process', pid: 4242, backend: 'cpu' });
    expect(samplers[0]?.stopped).toBe(true);
    watch.noHost();
    expect(choices.at(-1)).toEqual({ kind: 'nvidia-smi', pid: null, backend: 'cuda' });
  });

  test('says that there is none for other backends', () => {
    watch.useHost(on('rocm'), 4242);
    expect(choices.at(-1)).toMatchObject({ kind: 'none', backend: 'rocm' });
  });

  test('is not begun anew by another environment on the same device', () => {
    watch.useHost(on('cuda'), 4242);
    watch.useHost({ ...on('cuda'), checkpoint: 'other' }, 4242);
    expect(choices).toHaveLength(1);
  });

  test('keeps its rate when it changes', () => {
    watch.setFast(true);
    watch.useHost(on('cpu'), 4242);
    expect(samplers.at(-1)?.intervalMs).toBe(FAST_INTERVAL_MS);
  });
});

test('a reading has the time that nobody sets: by that it is told from the counters that it is set against', async () => {
  await clock.advance(1_000);
  expect(ledger.now.latest?.monotonicMs).toBe(clock.monotonicMs());
});

describe('a source that fails', () => {
  test('says nothing any more of who uses the device, until it is asked again', async () => {
    samplers[0]!.processes = () => [{ pid: 7, name: 'game', usedMiB: 900 }];
    void watch.refreshProcesses();
    await clock.advance(1_000);
    expect(watch.processes).toHaveLength(1);
    samplers[0]?.fail({
      ...HEALTHY,
      health: 'unavailable',
      reason: 'driver-mismatch',
      remark: { code: 'failed', reason: 'driver-mismatch' },
    });
    expect(watch.processes).toBeNull();
  });

  test('leaves no figure of before, and tells', () => {
    const before = changes;
    samplers[0]?.fail({ ...HEALTHY, health: 'stale', reason: 'hung', remark: { code: 'failed', reason: 'hung' } });
    expect(figuresOf(ledger.now).usedMiB).toBeNull();
    expect([watch.device, watch.devices]).toEqual([null, []]);
    expect(changes).toBe(before + 1);
  });
});

test('readings that differ only in memory are no change of state', async () => {
  const before = changes;
  await clock.advance(5000);
  expect(changes).toBe(before);
});

test("the device is the WebUI's, and none where none matches", () => {
  watch.useHost(on('cuda'), 4242);
  expect(watch.device?.uuid).toBe(DEVICE.uuid);
  watch.useHost(
    {
      ...on('cuda'),
      device: { ...ENVIRONMENT.device, uuid: 'GPU-00000000-0000-0000-0000-000000000000', name: 'another' },
    },
    4242,
  );
  expect(watch.device).toBeNull();
});

describe('who uses the device', () => {
  const TORCH_MIB = 2_000;
  let contextMiB = 400;
  let usedMiB = 3_000;

  beforeEach(() => {
    contextMiB = 400;
    usedMiB = 3_000;
    ledger = createLedger();
    samplers = [];
    watch = createMemoryWatch({
      clock,
      ledger,
      createSampler: () => {
        const sampler = new FakeSampler(clock, () => ({ ...DEVICE, usedMiB }));
        sampler.processes = () => [{ pid: 4242, name: 'python', usedMiB: TORCH_MIB + contextMiB }];
        samplers.push(sampler);
        return sampler;
      },
      onDeviceWanted: () => undefined,
      onReading: () => void watch.refreshProcesses(),
      onChange: () => undefined,
    });
    watch.useHost(on('cuda'), 4242);
    ledger.tell({
      type: 'counters',
      torch: { allocatedMiB: 1_900, reservedMiB: TORCH_MIB },
      generating: false,
      monotonicMs: clock.monotonicMs() - 1,
    });
    watch.start();
  });

  const grow = (mib: number) => {
    contextMiB += mib;
    usedMiB += mib;
  };
  const listings = () => samplers[0]?.listings;

  test('is asked once in a while where nothing moves: readings pause for it', async () => {
    await clock.advance(PROCESSES_EVERY_MS - 1_000);
    expect(listings()).toBe(1);
    await clock.advance(1_000);
    expect(listings()).toBe(2);
  });

  test("is asked again soon after the WebUI's own context has grown, so that it does not pass for others'", async () => {
    await clock.advance(PROCESSES_AGAIN_MS);
    expect(figuresOf(ledger.now)).toMatchObject({ webuiMiB: 2_400, othersMiB: 600 });
    grow(200);
    await clock.advance(1_000);
    expect(listings()).toBe(2);
    expect(figuresOf(ledger.now)).toMatchObject({ webuiMiB: 2_600, othersMiB: 600 });
  });

  test('is not asked more often than every few seconds by memory that never rests', async () => {
    await clock.advance(0);
    for (let second = 0; second < 20; second += 1) {
      usedMiB += 100;
      await clock.advance(1_000);
    }
    expect(listings()).toBe(1 + 20_000 / PROCESSES_AGAIN_MS);
  });

  test("is asked again after an answer that came while the WebUI generates: it could not be set against torch's counters", async () => {
    await clock.advance(PROCESSES_AGAIN_MS);
    grow(200);
    samplers[0]!.processes = () => {
      ledger.tell({ type: 'run-started', monotonicMs: clock.monotonicMs() });
      return [{ pid: 4242, name: 'python', usedMiB: 5_000 }];
    };
    await clock.advance(1_000);
    ledger.tell({
      type: 'counters',
      torch: { allocatedMiB: 1_900, reservedMiB: TORCH_MIB },
      generating: false,
      monotonicMs: clock.monotonicMs(),
    });
    samplers[0]!.processes = () => [{ pid: 4242, name: 'python', usedMiB: TORCH_MIB + contextMiB }];
    await clock.advance(PROCESSES_AGAIN_MS);
    expect(figuresOf(ledger.now)).toMatchObject({ webuiMiB: 2_600, othersMiB: 600 });
  });
});

test.each([
  ['come again', () => clock.advance(1_000)],
  ['fail to', () => Promise.resolve(samplers[0]?.fail({ ...HEALTHY, health: 'stale' }))],
])('who uses the device has been asked once readings %s', async (_, end) => {
  let known = false;
  void watch.refreshProcesses()?.then(() => (known = true));
  await clock.advance(500);
  expect(known).toBe(false);
  await end();
  await clock.advance(0);
  expect(known).toBe(true);
});
