import { afterEach, describe, expect, test } from '@jest/globals';
import { createNvidiaSmiSampler } from '../../../../../service/memory/sources/nvidia-smi/sampler.ts';
import type { Sampler, SamplerEvent } from '../../../../../service/memory/sources/types.ts';
import { createFakeClock } from '../../../base/fake-clock.ts';
import { createFakeSmi } from './fake-smi.ts';
import type { FakeSmi } from './fake-smi.ts';

function setUp({ intervalMs = 1000 } = {}) {
  const clock = createFakeClock();
  const smi = createFakeSmi(clock);
  let binary: string | null = '/usr/bin/nvidia-smi';
  const sampler = createNvidiaSmiSampler({ clock, runCommand: smi.runCommand, findBinary: () => binary, intervalMs });
  const events: SamplerEvent[] = [];
  sampler.subscribe((event) => events.push(event));
  used.push({ sampler, smi });
  return {
    clock,
    smi,
    sampler,
    events,
    setBinary: (path: string | null) => {
      binary = path;
    },
    samples: () => events.flatMap((event) => (event.type === 'sample' ? [event.sample] : [])),
    states: () => events.flatMap((event) => (event.type === 'state' ? [event.state] : [])),
    loops: () => smi.calls.filter((call) => call.includes('-lms')).length,
  };
}

const used: { sampler: Sampler; smi: FakeSmi }[] = [];

afterEach(() => {
  for (const { smi } of used.splice(0)) expect(smi.mostLiving).toBeLessThanOrEqual(1);
});

describe('a healthy card', () => {
  test('is read by one call for the fields and then by one child in loop mode', async () => {
    const { clock, sampler, smi, samples } = setUp();
    sampler.start();
    await clock.advance(3500);
    expect(smi.calls).toHaveLength(2);
    expect(smi.calls[1]).toMatch(/-lms 1000$/);
    expect(sampler.state).toMatchObject({ kind: 'nvidia-smi', label: 'VRAM', health: 'ok', reason: null });
    expect(sampler.driverVersion).toBe('560.10');
    expect(samples().length).toBeGreaterThanOrEqual(4);
    expect(samples()[0]?.devices).toEqual([
      {
        index: 0,
        uuid: 'GPU-0',
        busId: '00000000:01:00.0',
        name: 'Test card',
        usedMiB: 500,
        totalMiB: 8192,
        driverKeptMiB: 200,
        processMiB: null,
      },
    ]);
  });

  test('is told as starting until the first sample, and starts once', async () => {
    const { clock, sampler, smi, states } = setUp();
    expect(sampler.state.health).toBe('starting');
    sampler.start();
    sampler.start();
    await clock.advance(200);
    expect(states().map(({ health }) => health)).toEqual(['ok']);
    expect(smi.living).toBe(1);
  });

  test('is asked for an optional field only where the driver knows it', async () => {
    const { clock, sampler, smi, samples } = setUp();
    smi.unknownFields = ['memory.reserved', 'mig.mode.current'];
    sampler.start();
    await clock.advance(1000);
    expect(smi.calls.at(-1)).not.toContain('memory.reserved');
    expect(sampler.driverVersion).toBe('560.10');
    expect(samples().at(-1)?.devices[0]).toMatchObject({ usedMiB: 500, driverKeptMiB: null });
  });

  test('is sampled at the new rate by a new child after setIntervalMs', async () => {
    const { clock, sampler, smi, samples } = setUp();
    sampler.start();
    await clock.advance(1500);
    sampler.setIntervalMs(100);
    await clock.advance(50);
    const before = samples().length;
    await clock.advance(1000);
    expect(samples().length - before).toBe(10);
    expect(smi.calls.at(-1)).toMatch(/-lms 100$/);
    expect(smi.living).toBe(1);
    expect(smi.signals).toEqual(['SIGTERM']);
  });

  test('is not disturbed by setIntervalMs with the rate in force', async () => {
    const { clock, sampler, smi } = setUp();
    sampler.start();
    await clock.advance(1500);
    sampler.setIntervalMs(1000);
    await clock.advance(1500);
    expect(smi.signals).toEqual([]);
  });

  test('stays ok while the wall clock jumps a day either way', async () => {
    const { clock, sampler, states, samples } = setUp();
    sampler.start();
    await clock.advance(1500);
    clock.setWallMs(clock.nowMs() + 86_400_000);
    await clock.advance(2000);
    clock.setWallMs(clock.nowMs() - 2 * 86_400_000);
    await clock.advance(2000);
    expect(states().map(({ health }) => health)).toEqual(['ok']);
    expect(samples().at(-1)?.atMs).toBeLessThan(samples()[0]?.atMs ?? 0);
  });

  test('is stale after eight hours of sleep until it answers, and its child gets its time again', async () => {
    const { clock, sampler, smi } = setUp();
    sampler.start();
    await clock.advance(1500);
    smi.mode = 'hang';
    clock.sleep(8 * 3_600_000);
    await clock.advance(1000);
    expect(sampler.state.health).toBe('stale');
    smi.mode = 'well';
    smi.release();
    await clock.advance(1000);
    expect(sampler.state.health).toBe('ok');
    expect(smi.signals).toEqual([]);
  });
});

describe('an nvidia-smi that hangs', () => {
  test('is told as stale within 3 s of the last sample, and ended by SIGTERM before SIGKILL', async () => {
    const { clock, sampler, smi, samples } = setUp({ intervalMs: 100 });
    sampler.start();
    await clock.advance(1000);
    smi.mode = 'hang';
    await clock.advance(3000);
    expect(sampler.state).toMatchObject({ health: 'stale', reason: 'hung' });
    const count = samples().length;
    await clock.advance(2000);
    expect(smi.signals.slice(0, 2)).toEqual(['SIGTERM', 'SIGKILL']);
    expect(samples()).toHaveLength(count);
  });

  test.each([0, 700, 1400, 2100, 2800, 3500, 4200])(
    'is read again within 5 s of its return (%d ms later)',
    async (laterMs) => {
      const { clock, sampler, smi } = setUp();
      sampler.start();
      await clock.advance(1500);
      smi.mode = 'hang';
      await clock.advance(6000 + laterMs);
      expect(sampler.state.health).toBe('stale');
      smi.mode = 'well';
      await clock.advance(5000);
      expect(sampler.state.health).toBe('ok');
    },
  );

  test('and cannot be killed is waited for with no second child, and replaced when it goes', async () => {
    const { clock, sampler, smi } = setUp();
    sampler.start();
    await clock.advance(1500);
    smi.mode = 'unkillable';
    await clock.advance(600_000);
    expect(sampler.state).toMatchObject({ health: 'stale', reason: 'hung' });
    expect(smi.calls).toHaveLength(2);
    expect(smi.living).toBe(1);
    smi.mode = 'well';
    smi.release();
    await clock.advance(5000);
    expect(sampler.state.health).toBe('ok');
  });

  test('from the very start is told as stale within 3 s', async () => {
    const { clock, sampler, smi } = setUp();
    smi.mode = 'hang';
    sampler.start();
    await clock.advance(3000);
    expect(sampler.state).toMatchObject({ health: 'stale', reason: 'hung' });
    smi.mode = 'well';
    await clock.advance(15_000);
    expect(sampler.state.health).toBe('ok');
  });

  test('does not hold up stop for ever', async () => {
    const { clock, sampler, smi } = setUp();
    sampler.start();
    await clock.advance(1500);
    smi.mode = 'unkillable';
    let stopped = false;
    void sampler.stop().then(() => {
      stopped = true;
    });
    await clock.advance(3000);
    expect(stopped).toBe(true);
    expect(smi.signals).toEqual(['SIGTERM', 'SIGKILL']);
  });
});

describe('a loop that does not hold', () => {
  test('is replaced by single calls where it gives one good sample and then errors', async () => {
    const { clock, sampler, smi, samples, states } = setUp();
    smi.mode = 'loop-degrades';
    sampler.start();
    await clock.advance(10_000);
    expect(smi.calls.at(-1)).not.toContain('-lms');
    const count = samples().length;
    await clock.advance(10_000);
    expect(samples().length - count).toBeGreaterThanOrEqual(9);
    expect(states().map(({ health }) => health)).toEqual(['ok']);
  });

  test('is replaced by single calls where it ends after its first round', async () => {
    const { clock, sampler, smi, samples } = setUp();
    smi.mode = 'loop-ends';
    sampler.start();
    await clock.advance(10_000);
    expect(smi.calls.at(-1)).not.toContain('-lms');
    expect(samples().length).toBeGreaterThanOrEqual(9);
  });

  test('is tried again after a while, ever less often', async () => {
    const { clock, sampler, smi, loops } = setUp();
    smi.mode = 'loop-ends';
    sampler.start();
    await clock.advance(25_000);
    expect(loops()).toBe(1);
    await clock.advance(15_000);
    expect(loops()).toBe(2);
    await clock.advance(45_000);
    expect(loops()).toBe(2);
    smi.mode = 'well';
    await clock.advance(30_000);
    expect(smi.calls.at(-1)).toContain('-lms');
  });

  test('publishes nothing for a round that cannot be read', async () => {
    const { clock, sampler, smi, samples } = setUp();
    sampler.start();
    await clock.advance(1500);
    smi.mode = 'loop-degrades';
    const count = samples().length;
    await clock.advance(1000);
    expect(samples()).toHaveLength(count);
  });
});

/** Beside the waits between two questions: it may return at any moment of one. */
const PHASES_MS = [0, 700, 1400, 2100, 2800, 3500, 4200];

describe('what went away', () => {
  test.each(
    (['lost', 'no-driver', 'not-started', 'no binary'] as const).flatMap((what) =>
      PHASES_MS.map((laterMs) => [what, laterMs] as const),
    ),
  )('(%s) is read again within 5 s of its return (%d ms later)', async (what, laterMs) => {
    const { clock, sampler, smi, setBinary } = setUp();
    sampler.start();
    await clock.advance(1500);
    if (what === 'no binary') setBinary(null);
    // A loop that runs would not notice that its program was taken away.
    smi.mode = what === 'no binary' ? 'lost' : what;
    await clock.advance(60_000 + laterMs);
    expect(sampler.state.health).toBe('unavailable');
    setBinary('/usr/bin/nvidia-smi');
    smi.mode = 'well';
    await clock.advance(5000);
    expect(sampler.state.health).toBe('ok');
  });
});

describe('cards that take three seconds to wake up, as several do without persistence mode', () => {
  test.each(['well', 'no-driver', 'not-started'] as const)(
    'are read all the same, though at first the machine was as if %s',
    async (first) => {
      const { clock, sampler, smi } = setUp();
      smi.mode = first;
      smi.slowMs = 3_200;
      sampler.start();
      await clock.advance(20_000);
      smi.mode = 'well';
      await clock.advance(30_000);
      expect(sampler.state.health).toBe('ok');
    },
  );

  test('are read by a driver that does not know a field, and says so at once', async () => {
    const { clock, sampler, smi } = setUp();
    smi.unknownFields = ['mig.mode.current'];
    smi.slowMs = 3_200;
    sampler.start();
    await clock.advance(60_000);
    expect(sampler.state.health).toBe('ok');
  });
});

describe('a card that is lost', () => {
  test('is told, and read again within 5 s of its return', async () => {
    const { clock, sampler, smi, samples, loops } = setUp();
    sampler.start();
    await clock.advance(1500);
    smi.mode = 'lost';
    await clock.advance(3000);
    expect(sampler.state).toMatchObject({ health: 'unavailable', reason: 'gpu-lost' });
    const count = samples().length;
    await clock.advance(60_000);
    expect(samples()).toHaveLength(count);
    smi.mode = 'well';
    smi.usedMiB = 123;
    await clock.advance(5000);
    expect(sampler.state.health).toBe('ok');
    expect(samples().at(-1)?.devices[0]?.usedMiB).toBe(123);
    await clock.advance(5000);
    expect(smi.calls.at(-1)).toContain('-lms');
    expect(loops()).toBe(2);
  });

  test('does not hide another', async () => {
    const { clock, sampler, smi, samples } = setUp();
    smi.cards = 2;
    sampler.start();
    await clock.advance(1500);
    smi.mode = 'second-lost';
    await clock.advance(2000);
    expect(sampler.state).toMatchObject({ health: 'ok', reason: 'gpu-lost' });
    expect(sampler.state.remark).toEqual({ code: 'some-unread', unread: 1, cards: 2, reason: 'gpu-lost' });
    expect(
      samples()
        .at(-1)
        ?.devices.map(({ uuid }) => uuid),
    ).toEqual(['GPU-0']);
  });
});

describe('a driver that is not there', () => {
  test('is told, asked for at intervals, and used when it comes', async () => {
    const { clock, sampler, smi, setBinary } = setUp();
    setBinary(null);
    sampler.start();
    await clock.advance(60_000);
    expect(sampler.state).toMatchObject({ health: 'unavailable', reason: 'driver-missing' });
    expect(smi.calls).toEqual([]);
    setBinary('/usr/bin/nvidia-smi');
    await clock.advance(5000);
    expect(sampler.state.health).toBe('ok');
  });

  test('is asked at most every 3 s in the long run', async () => {
    const { clock, sampler, smi } = setUp();
    smi.mode = 'no-driver';
    sampler.start();
    await clock.advance(60_000);
    const count = smi.calls.length;
    await clock.advance(30_000);
    expect(smi.calls.length - count).toBeLessThanOrEqual(10);
    expect(sampler.state.reason).toBe('driver-missing');
  });
});

describe('a machine that can start no more programs', () => {
  test('is told as that, not as an answer that cannot be read, and nvidia-smi is asked again', async () => {
    const { clock, sampler, smi } = setUp();
    smi.mode = 'not-started';
    sampler.start();
    await clock.advance(60_000);
    expect(sampler.state).toMatchObject({ health: 'unavailable', reason: 'not-started' });
    expect(sampler.state.remark).toEqual({ code: 'failed', reason: 'not-started' });
    smi.mode = 'well';
    await clock.advance(5000);
    expect(sampler.state.health).toBe('ok');
  });

  test('is told within seconds where it comes while the loop runs', async () => {
    const { clock, sampler, smi } = setUp();
    sampler.start();
    await clock.advance(3500);
    smi.mode = 'not-started';
    await clock.advance(3000);
    expect(sampler.state.reason).toBe('not-started');
  });
});

describe('readProcesses', () => {
  test('tells who uses a device, in a pause of the loop', async () => {
    const { clock, sampler, smi } = setUp();
    sampler.start();
    await clock.advance(1500);
    const all = sampler.readProcesses();
    const one = sampler.readProcesses('GPU-1');
    await clock.advance(500);
    expect(await all).toEqual([
      { pid: 42, name: 'python', usedMiB: 900 },
      { pid: 43, name: 'other', usedMiB: null },
    ]);
    expect(await one).toEqual([{ pid: 43, name: 'other', usedMiB: null }]);
    expect(smi.calls.filter((call) => call.includes('compute-apps'))).toHaveLength(1);
    expect(smi.calls.at(-1)).toContain('-lms');
    expect(sampler.state.health).toBe('ok');
  });

  test('answers null at once where nvidia-smi hangs, is stopped or has not begun', async () => {
    const { clock, sampler, smi } = setUp();
    expect(await sampler.readProcesses()).toBeNull();
    sampler.start();
    await clock.advance(1500);
    smi.mode = 'unkillable';
    await clock.advance(4000);
    expect(await sampler.readProcesses()).toBeNull();
    const stop = sampler.stop();
    await clock.advance(3000);
    await stop;
    expect(await sampler.readProcesses()).toBeNull();
  });

  test('answers null where its own call hangs for ever', async () => {
    const { clock, sampler, smi } = setUp();
    sampler.start();
    await clock.advance(1500);
    const asked = sampler.readProcesses();
    smi.mode = 'unkillable';
    await clock.advance(5000);
    expect(await asked).toBeNull();
  });
});

test('stop ends the child, and nothing is told afterwards', async () => {
  const { clock, sampler, smi, events } = setUp();
  sampler.start();
  await clock.advance(1500);
  const stop = sampler.stop();
  await clock.advance(100);
  await stop;
  const count = events.length;
  await clock.advance(10_000);
  expect(smi.living).toBe(0);
  expect(events).toHaveLength(count);
});

test('a listener hears nothing after it has unsubscribed', async () => {
  const { clock, sampler } = setUp();
  const heard: SamplerEvent[] = [];
  const unsubscribe = sampler.subscribe((event) => heard.push(event));
  sampler.start();
  await clock.advance(1500);
  unsubscribe();
  const count = heard.length;
  await clock.advance(3000);
  expect(count).toBeGreaterThan(0);
  expect(heard).toHaveLength(count);
});
