import { expect, test } from '@jest/globals';
import type { ProcessMemory } from '../../../../../service/memory/sources/process/memory.ts';
import { createProcessSampler } from '../../../../../service/memory/sources/process/sampler.ts';
import type { SamplerEvent } from '../../../../../service/memory/sources/types.ts';
import { createFakeClock } from '../../../base/fake-clock.ts';

const MEMORY: ProcessMemory = { residentMiB: 700, usedMiB: 9000, totalMiB: 16_000 };

function setUp() {
  const clock = createFakeClock();
  const world: { memory: ProcessMemory | null | Promise<null> } = { memory: MEMORY };
  const sampler = createProcessSampler({ pid: 42, clock, readMemory: () => world.memory, intervalMs: 1000 });
  const events: SamplerEvent[] = [];
  sampler.subscribe((event) => events.push(event));
  const samples = () => events.flatMap((event) => (event.type === 'sample' ? [event.sample] : []));
  return { clock, world, sampler, events, samples };
}

test("RAM is one device: the machine's use and total, and the part of the WebUI's process", async () => {
  const { clock, sampler, samples } = setUp();
  sampler.start();
  await clock.advance(2500);
  expect(sampler.state).toMatchObject({ kind: 'process', label: 'RAM', health: 'ok' });
  expect(samples()).toHaveLength(3);
  expect(samples()[0]?.devices).toEqual([
    {
      index: null,
      uuid: null,
      busId: null,
      name: 'RAM',
      usedMiB: 9000,
      totalMiB: 16_000,
      driverKeptMiB: null,
      processMiB: 700,
    },
  ]);
  expect(await sampler.readProcesses()).toEqual([{ pid: 42, name: 'WebUI', usedMiB: 700 }]);
});

test('the rate changes at once', async () => {
  const { clock, sampler, samples } = setUp();
  sampler.start();
  await clock.advance(100);
  sampler.setIntervalMs(50);
  await clock.advance(1000);
  expect(samples().length).toBeGreaterThanOrEqual(20);
});

test('a process that is gone is told and publishes nothing; one that is back is read again', async () => {
  const { clock, world, sampler, samples } = setUp();
  sampler.start();
  await clock.advance(100);
  world.memory = null;
  await clock.advance(5000);
  expect(sampler.state).toMatchObject({ health: 'unavailable', reason: 'no-host' });
  expect(samples()).toHaveLength(1);
  world.memory = MEMORY;
  await clock.advance(1000);
  expect(sampler.state.health).toBe('ok');
});

test('a reading that does not come is told as stale within 3 s', async () => {
  const { clock, world, sampler } = setUp();
  sampler.start();
  await clock.advance(100);
  world.memory = new Promise(() => undefined);
  await clock.advance(3000);
  expect(sampler.state.health).toBe('stale');
  const stop = sampler.stop();
  await clock.advance(2000);
  await expect(stop).resolves.toBeUndefined();
});

test('nothing is told after stop', async () => {
  const { clock, sampler, events } = setUp();
  sampler.start();
  await clock.advance(100);
  await sampler.stop();
  const count = events.length;
  await clock.advance(5000);
  expect(events).toHaveLength(count);
});
