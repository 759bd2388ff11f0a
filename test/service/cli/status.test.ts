import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { printStatus, type StatusMachine } from '../../../service/cli/status.ts';
import { calibratingRuns } from '../recorder/examples.ts';
import { DEVICE, FakeSampler } from '../server/fake-sampler.ts';
import { createFakeClock } from '../server/fake-clock.ts';
import { fillStore, KEY, worldForEach } from './each-world.ts';
import type { FakeWorld } from './world.ts';

let dir: string;
let world: FakeWorld;
worldForEach((own, folder) => {
  world = own;
  dir = folder;
});

async function status(over: Partial<StatusMachine> = {}): Promise<string> {
  const clock = createFakeClock();
  const machine: StatusMachine = {
    clock,
    createSampler: () => new FakeSampler(clock, () => ({ ...DEVICE, usedMiB: 2048 })),
    runningWebuis: () => [],
    ...over,
  };
  const printing = printStatus(world, machine);
  await clock.advance(1000);
  expect(await printing).toBe(0);
  return world.printed();
}

const fill = (dataDir: string): void => fillStore(dataDir, calibratingRuns(KEY), 1);

describe('a bare headroom', () => {
  test('shows the card, and sends who has measured nothing to the benchmark', async () => {
    const text = await status();
    expect(text).toMatch(/^Headroom \d[^]*Card +0: NVIDIA GeForce RTX 3070 \(simulated\), 2.0 GiB of 8.0 GiB used\n/);
    expect(text).toMatch(/Store +none yet in [^]*press "Run Benchmark"[^]*headroom top/);
    expect(text).not.toContain('headroom estimate');
  });

  test('names the WebUI that runs', async () => {
    const text = await status({ runningWebuis: () => [{ pid: 4242, dataDir: join(dir, 'data') }] });
    expect(text).toContain('WebUI     running, process 4242\n');
  });

  test('says how to ask the store, which needs no folder named', async () => {
    fill(join(dir, 'data'));
    expect(await status()).toContain('  headroom max\n');
  });
});
