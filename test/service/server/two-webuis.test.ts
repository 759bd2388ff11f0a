import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HOLD_MS, RENEW_MS } from '../../../service/benchmark/hold.ts';
import type { BenchmarkOptions } from '../../../service/protocol/benchmark.ts';
import { openStore } from '../../../service/store/store.ts';
import { createRig, temporaryDir, type Rig } from './rig.ts';

const OPTIONS: BenchmarkOptions = { maxSizePx: 512, maxBatchSize: 2, operations: ['txt2img'], budget: 'quick' };

let dir: ReturnType<typeof temporaryDir>;
let rig: Rig;
let second: Rig;

beforeEach(() => {
  dir = temporaryDir();
  rig = createRig(dir.path);
});
afterEach(async () => {
  await second.end();
  await rig.end();
  dir.remove();
});

const benchmarkOf = ({ viewer }: Rig) => viewer.last('state')?.['benchmark'];

async function untilIdle(): Promise<void> {
  for (let tries = 0; tries < 600 && JSON.stringify(benchmarkOf(rig)).includes('running'); tries += 1)
    await rig.clock.advance(500);
}

describe('of two WebUIs that share a data folder', () => {
  /** A benchmark runs in the first when the second comes; both move by the first's clock. */
  async function startBoth(): Promise<void> {
    await rig.clock.advance(1500);
    rig.viewer.say({ type: 'benchmark-start', options: OPTIONS });
    while (rig.store.allRuns().filter(({ origin }) => origin === 'benchmark').length < 2) await rig.clock.advance(500);
    second = createRig(dir.path, { clock: rig.clock });
    await rig.clock.advance(200);
  }

  test('the other is neither offered the benchmark that runs nor lets it be started, resumed, discarded or forgotten', async () => {
    await startBoth();
    expect(benchmarkOf(second)).toEqual({ state: 'idle', resumable: null, last: null });
    const keyHash = String(second.viewer.last('state')?.['keyHash']);
    const orders = [
      { type: 'benchmark-start', options: OPTIONS },
      { type: 'benchmark-resume' },
      { type: 'benchmark-discard' },
      { type: 'forget-runs', keyHash, which: 'all' },
    ];
    for (const order of orders) second.viewer.say(order);
    expect(second.viewer.all('refused')).toHaveLength(orders.length);
    expect(second.viewer.all('refused')[0]).toMatchObject({ refusal: { code: 'running-elsewhere' } });
    await untilIdle();
    expect(benchmarkOf(rig)).toMatchObject({ last: { result: 'finished' } });
    expect(second.host.asked).toEqual([]);
  });

  test('the other is offered it once the first has stopped it', async () => {
    await startBoth();
    rig.viewer.say({ type: 'benchmark-cancel' });
    await untilIdle();
    await rig.clock.advance(HOLD_MS);
    expect(benchmarkOf(second)).toMatchObject({ resumable: { runsPlanned: expect.any(Number) } });
  });

  test('a sidecar that is started again goes on at once with what the one before it, of the same WebUI, has left', async () => {
    await rig.end();
    rig = createRig(dir.path, { clock: rig.clock, holder: 'this-webui' });
    await rig.clock.advance(1500);
    rig.viewer.say({ type: 'benchmark-start', options: OPTIONS });
    while (rig.store.allRuns().filter(({ origin }) => origin === 'benchmark').length < 2) await rig.clock.advance(500);
    // Killed: it has released nothing.
    rig.host.instead = () => true;
    second = createRig(dir.path, { clock: rig.clock, holder: 'this-webui' });
    await second.clock.advance(200);
    expect(benchmarkOf(second)).toMatchObject({ resumable: { runsPlanned: expect.any(Number) } });
    second.viewer.say({ type: 'benchmark-resume' });
    expect(second.viewer.all('refused')).toEqual([]);
    await second.clock.advance(200);
    expect(benchmarkOf(second)).toMatchObject({ state: 'running' });
  });

  test('the other is offered it some time after the first has died', async () => {
    await rig.end();
    const store = openStore(dir.path, rig.clock.nowMs());
    let dead = false;
    rig = createRig(dir.path, {
      clock: rig.clock,
      store: { ...store, holdSession: (...change) => dead || store.holdSession(...change) },
    });
    await startBoth();
    dead = true;
    rig.host.instead = () => true;
    await rig.clock.advance(HOLD_MS - RENEW_MS - 1_000);
    expect(benchmarkOf(second)).toMatchObject({ resumable: null });
    await rig.clock.advance(RENEW_MS + 2_000);
    expect(benchmarkOf(second)).toMatchObject({ resumable: { runsPlanned: expect.any(Number) } });
  });
});
