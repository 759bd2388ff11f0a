import { expect, test } from '@jest/globals';
import { loadSystemInformation, readInventory } from '../../../service/cli/inventory.ts';
import type { SystemInformation } from '../../../service/cli/inventory.ts';
import { createFakeClock } from '../base/fake-clock.ts';

function system(over: Partial<SystemInformation> = {}): SystemInformation {
  return {
    osInfo: () => Promise.resolve({ distro: 'Debian', release: '12', arch: 'x64' }),
    cpu: () => Promise.resolve({ manufacturer: 'Intel', brand: 'Core', cores: 8 }),
    mem: () => Promise.resolve({ total: 16 * 1024 ** 3 }),
    graphics: () => Promise.resolve({ controllers: [{ vendor: 'NVIDIA', model: 'T4', vram: 0 }] }),
    ...over,
  };
}

test('the machine is told in units of MiB, without graphics unless they are asked for', async () => {
  const clock = createFakeClock();
  const graphics = () => Promise.reject(new Error('asked'));
  const inventory = await readInventory({
    clock,
    load: () => Promise.resolve(system({ graphics })),
    limitMs: 1000,
    withGraphics: false,
  });
  expect(inventory).toEqual({ os: 'Debian 12 x64', cpu: 'Intel Core', cores: 8, ramMiB: 16_384, graphics: null });
});

test('a card without a known amount of memory has null, not 0', async () => {
  const inventory = await readInventory({
    clock: createFakeClock(),
    load: () => Promise.resolve(system()),
    limitMs: 1000,
    withGraphics: true,
  });
  expect(inventory?.graphics).toEqual([{ name: 'NVIDIA T4', vramMiB: null }]);
});

test('a machine that does not answer in time, or fails, has no inventory', async () => {
  const clock = createFakeClock();
  const never = system({ cpu: () => new Promise(() => undefined) });
  const late = readInventory({ clock, load: () => Promise.resolve(never), limitMs: 1000, withGraphics: false });
  await clock.advance(1000);
  expect(await late).toBeNull();
  const failing = () => Promise.reject(new Error('no such tool'));
  expect(await readInventory({ clock, load: failing, limitMs: 1000, withGraphics: false })).toBeNull();
});

test('systeminformation has what is asked of it', async () => {
  const loaded = await loadSystemInformation();
  expect((await loaded.mem()).total).toBeGreaterThan(0);
  expect(loaded).toMatchObject({
    osInfo: expect.any(Function),
    cpu: expect.any(Function),
    graphics: expect.any(Function),
  });
});
