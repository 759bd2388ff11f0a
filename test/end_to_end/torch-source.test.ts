/**
 * A card that shares the processor's memory (GB10, Orin, Thor), through the whole product: nvidia-smi has no figures of
 * it, torch has.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startBuiltStandIn, type BuiltStandIn } from '../browser/stand-in.ts';
import { LIMIT_MS, OPTIONS, openPage, type Page } from './page.ts';

let standIn: BuiltStandIn;
let page: Page;

beforeAll(async () => {
  standIn = await startBuiltStandIn(8, ['--pace', '0']);
  await standIn.control({ fault: 'no-memory-figures' });
  page = await openPage(standIn.url);
});
afterAll(async () => {
  page.close();
  await standIn.stop();
});

test(
  "torch's figures are shown, the source says so and why, and nvidia-smi still lists the programs",
  async () => {
    const { source, device, processes } = await page.until(
      (state) => state.source.kind === 'torch' && state.device !== null && state.processes !== null,
    );
    expect(source).toMatchObject({
      health: 'ok',
      reason: 'no-memory-figures',
      remark: { code: 'torch-serves', reason: 'no-memory-figures', listsPrograms: true },
    });
    expect(device).toMatchObject({ index: 0, usedMiB: expect.any(Number), totalMiB: expect.any(Number) });
    expect(processes?.length).toBeGreaterThan(0);
  },
  2 * LIMIT_MS,
);

test(
  'a benchmark runs to its end, none of its runs is marked, and an estimate has figures',
  async () => {
    page.send({ type: 'benchmark-start', options: OPTIONS });
    await page.running(1);
    expect((await page.idle()).last).toMatchObject({ result: 'finished', ending: { why: 'enough' } });
    const rows = (await page.runs()).filter(({ origin }) => origin === 'benchmark');
    expect(rows.length).toBeGreaterThan(4);
    expect(rows.flatMap(({ marks }) => marks)).toEqual([]);
    await page.until((state) => state.calibration.state === 'ready');
    const { usableMiB = 0, ...result } = (await page.estimate({ width: 640, height: 640 })) as {
      status: string;
      usableMiB?: number;
    };
    expect(result).toMatchObject({ status: 'estimated', verdict: 'fits', othersMiB: expect.any(Number) });
    expect(usableMiB).toBeGreaterThan(7000);
  },
  4 * LIMIT_MS,
);

test(
  'nvidia-smi serves again once it has figures',
  async () => {
    await standIn.control({ fault: null });
    expect(
      (await page.until(({ source }) => source.kind === 'nvidia-smi' && source.health === 'ok')).source.reason,
    ).toBeNull();
  },
  LIMIT_MS,
);
