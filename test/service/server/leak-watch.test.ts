/** Idle memory that grows from run to run is told to pages. */
import { expect, test } from '@jest/globals';
import { noticeInWords } from '../../../service/words/index.ts';
import type { ViewerState } from '../../../service/protocol/viewer.ts';
import type { Leak } from '../../../service/protocol/leak.ts';
import { settingsOf } from '../model/synthetic-host.ts';
import { ramOfWebui, rigForEach } from './each-rig.ts';
import type { Rig } from './rig.ts';

const SETTINGS = settingsOf('txt2img', 512, 512, 1);

let rig: Rig;
let residentMiB: number;
rigForEach(
  (own) => {
    rig = own;
  },
  () => {
    residentMiB = 4000;
    return { readRam: ramOfWebui(() => residentMiB) };
  },
);

/** @returns what is told of leaks after them. */
async function generate(runs: number, afterEachRun: () => void = () => undefined): Promise<Leak[]> {
  for (let run = 0; run < runs; run += 1) {
    rig.host.generate(`run-${rig.clock.nowMs()}`, SETTINGS);
    await rig.clock.advance(600);
    afterEachRun();
    await rig.clock.advance(6_000);
  }
  return leaks();
}

function leaks(): Leak[] {
  const { notices } = rig.viewer.last('state') as unknown as ViewerState;
  return notices.flatMap(({ notice }) => (notice.code === 'leak' ? [notice.leak] : []));
}

test('a WebUI that keeps 10 MiB of each run is found out within ten runs', async () => {
  await rig.clock.advance(3_000);
  expect(await generate(5)).toEqual([]);
  rig.host.leaksMiB = 10;
  const [leak, ...more] = await generate(10);
  expect(more).toEqual([]);
  expect(leak).toMatchObject({ growing: 'torch', perRunMiB: 10, suspect: null });
  if (leak === undefined) throw new Error('no leak was told');
  expect(noticeInWords({ code: 'leak', leak })).toMatch(
    /^What PyTorch holds .* grows by about 10 MiB a run: \d+ MiB in \d+ runs since .* UTC\. Restarting the WebUI frees it\.$/,
  );
});

test('a WebUI that keeps nothing is not suspected', async () => {
  await rig.clock.advance(3_000);
  expect(await generate(30)).toEqual([]);
});

test('RAM that grows is told with the allocator that keeps it', async () => {
  await rig.clock.advance(3_000);
  const [leak] = await generate(12, () => (residentMiB += 25));
  expect(leak).toMatchObject({ growing: 'ram', perRunMiB: 25, allocator: 'system' });
  if (leak === undefined) throw new Error('no leak was told');
  expect(noticeInWords({ code: 'leak', leak })).toContain('TCMalloc ends that');
});

test('another program that grows is not the WebUI’s leak', async () => {
  await rig.clock.advance(40_000);
  const [leak] = await generate(14, () => (rig.host.othersMiB += 20));
  expect(leak).toMatchObject({ growing: 'others' });
});

test('another WebUI begins anew', async () => {
  await rig.clock.advance(3_000);
  rig.host.leaksMiB = 10;
  expect(await generate(12)).toHaveLength(1);
  rig.connectHost();
  await rig.clock.advance(1_000);
  expect(leaks()).toEqual([]);
});
