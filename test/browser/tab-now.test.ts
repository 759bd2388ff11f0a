/** The tab's first part: who has what of the device, the last run, and the last minutes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveRun } from './states.ts';
import { pageOfEach } from './with-page.ts';

const { open, openTab, part } = pageOfEach();

test('follows memory as it moves', async () => {
  const { page, sidecar } = await openTab();
  sidecar.send({
    type: 'memory',
    atMs: 1,
    usedMiB: 4096,
    totalMiB: 8192,
    webuiMiB: 3072,
    othersMiB: 1024,
  });
  await page.getByText('4.0 GiB of 8.0 GiB: 3.0 GiB by the WebUI, 1.0 GiB by others').waitFor();
});

test('who has what is told by name, with what is free of all that programs can have', async () => {
  await openTab();
  const list = part('Now').getByRole('list', { name: 'Who has what' });
  await list.getByText('firefox 400 MiB').waitFor();
  const told = await list.getByRole('listitem').allInnerTexts();
  assert.deepEqual(told, [
    'Xorg (the driver does not say how much)',
    'firefox 400 MiB',
    'programs that the driver does not name 200 MiB',
    'CUDA context 325 MiB',
    "the checkpoint's weights 2.0 GiB",
    'pictures in hand, and the rest of PyTorch 40 MiB',
    "PyTorch's cache, which it gives back when asked 600 MiB",
    'free 4.5 GiB',
  ]);
});

test('the pieces of the bar are as wide as their shares, and no wider than the bar', async () => {
  const { page } = await openTab();
  await part('Now').getByText('firefox 400 MiB').waitFor();
  const shares = await page.evaluate<number[]>(`{
    const bar = document.querySelector('.headroom-strip');
    [...bar.children].map((piece) => piece.getBoundingClientRect().width / bar.clientWidth);
  }`);
  assert.ok(Math.abs((shares[4] ?? 0) - 2035 / 8192) < 0.01, shares.join(' '));
  assert.ok(shares.reduce((sum, share) => sum + share) < 0.5, shares.join(' '));
});

test('the last run is told with its verdict and its peak, and again as it changes', async () => {
  const { sidecar } = await openTab();
  await part('Now')
    .getByText('Last run: txt2img, 512x512, will not fit, ran, peak 3.8 GiB of the whole device')
    .waitFor();
  const runs = [
    liveRun({ verdict: 'tight', outcome: null, peakMiB: null }),
    liveRun({ runId: 'run-2', origin: 'benchmark', capMiB: 2600, verdict: null, outcome: 'oom' }),
  ];
  sidecar.send({ ...sidecar.live, whole: false, points: [], runs });
  await part('Now').getByText('Last run: txt2img, 512x512, tight, still running').waitFor();
});

test('the last minutes are a plot, and are asked for only while the tab is on show', async () => {
  const { page, sidecar } = await open();
  await page.locator('#headroom_txt2img_readout[aria-busy=false]').waitFor();
  assert.deepEqual(sidecar.ordersOf('watch'), []);
  const tab = (name: string) => page.locator('#tabs').getByRole('button', { name, exact: true });
  await tab('Headroom').click();
  await page.getByRole('img', { name: 'Memory in use over the last five minutes' }).locator('canvas').waitFor();
  await tab('txt2img').click();
  for (let tries = 0; tries < 200 && sidecar.ordersOf('watch').length < 2; tries += 1) await page.waitForTimeout(20);
  assert.deepEqual(sidecar.ordersOf('watch'), [
    { type: 'watch', shown: true },
    { type: 'watch', shown: false },
  ]);
});

test('a connection that comes again is told that the tab watches', async () => {
  const { page, sidecar } = await openTab();
  await part('Now').getByText('firefox 400 MiB').waitFor();
  await sidecar.hangUp();
  for (let tries = 0; tries < 300 && sidecar.ordersOf('watch').length < 2; tries += 1) await page.waitForTimeout(20);
  assert.deepEqual(sidecar.ordersOf('watch').at(-1), { type: 'watch', shown: true });
});
