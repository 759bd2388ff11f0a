/** The tab's plots of memory against image size. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FixturePage } from './pages.ts';
import { around } from './fake-sidecar.ts';
import { pageOfEach } from './with-page.ts';

const { open, openTab, part } = pageOfEach();

describe("the plots' script", () => {
  const scripts = (page: FixturePage['page']) =>
    page.evaluate<string[]>("[...document.scripts].map(({ src }) => src).filter((src) => src.includes('uplot'))");

  test('is not loaded before the tab is on show, and then once for all plots, from beside the first', async () => {
    const { page } = await open();
    await page.locator('#headroom_txt2img_readout[aria-busy=false]').waitFor();
    assert.deepEqual(await scripts(page), []);
    await page.locator('#tabs').getByRole('button', { name: 'Headroom' }).click();
    await page
      .getByRole('img', { name: /Peak memory/ })
      .locator('canvas')
      .waitFor();
    await page
      .getByRole('img', { name: /Required memory/ })
      .locator('canvas')
      .waitFor();
    assert.deepEqual(await scripts(page), ['http://headroom.test/plots/uplot.js?1']);
  });

  test('is missed in words where it does not come, and all else of the tab works', async () => {
    const { page, errors } = await open();
    await page.route('**/plots/uplot.js*', (route) => route.fulfill({ status: 404, body: '' }));
    await page.locator('#tabs').getByRole('button', { name: 'Headroom' }).click();
    await page.getByText('The plots could not be loaded').first().waitFor();
    await page.getByRole('button', { name: 'Run Benchmark' }).click();
    await page.getByText('Warming up, then up to 12 runs').waitFor();
    assert.deepEqual(errors.splice(0), []);
  });
});

describe('plots', () => {
  /** Every left axis: the ink in its outermost pixels, and in the whole of it. */
  function ink(page: FixturePage['page']): Promise<{ edge: number; all: number }[]> {
    return page.evaluate<{ edge: number; all: number }[]>(`{
      [...document.querySelectorAll('#headroom_tab .headroom-plot canvas')].map((canvas) => {
        const inked = (from, width) => canvas.getContext('2d').getImageData(from, 0, width, canvas.height - 30).data.filter((_, index) => index % 4 === 3).filter((alpha) => alpha > 0).length;
        return { edge: inked(0, 1), all: inked(0, 60) };
      });
    }`);
  }

  for (const wide of [false, true]) {
    test(`the labels of the left axis are whole in ${wide ? 'a wide' : 'the usual'} font`, async () => {
      const { page, sidecar } = await openTab();
      await page.evaluate(`document.body.classList.toggle('wide', ${wide})`);
      const curves = sidecar.ordersOf('curves').at(-1);
      assert.ok(curves?.type === 'curves');
      const requiredMiB = [3000, 200_000];
      sidecar.send({
        type: 'curves',
        requestId: curves.requestId,
        operation: 'txt2img',
        finding: null,
        sizesPx: [256, 1024],
        lines: [{ batchSize: 1, required: around(requiredMiB), peak: around(requiredMiB) }],
        points: [],
        roomMiB: 262_144,
        present: null,
      });
      await page
        .getByRole('img', { name: /195\.3 GiB at 1024 px/ })
        .first()
        .waitFor();
      await page.waitForTimeout(100);
      const plots = await ink(page);
      assert.equal(plots.length, 3);
      for (const { edge, all } of plots) {
        assert.ok(all > 0, 'nothing was drawn');
        assert.equal(edge, 0);
      }
    });
  }
});

test('the tab draws a plot for each operation that has runs, and says so where there are none', async () => {
  const { page } = await openTab();
  const plot = page.getByRole('img', { name: /Peak memory of txt2img against image size/ });
  await plot.locator('canvas').waitFor();
  await part('Memory against image size').getByRole('radio', { name: 'img2img' }).check();
  await page.getByText('No figures for img2img yet: run the benchmark, or make a picture with it.').waitFor();
  await part('Memory against image size').getByRole('radio', { name: 'txt2img' }).check();
  await page.getByText('All figures leave out the CUDA context and other programs').waitFor();
});

test('lines that rest on no runs are drawn with their bands, and said to be not measured', async () => {
  const { page } = await openTab((sidecar) => {
    sidecar.curvesRestOn = { code: 'unmeasured', runs: 0 };
  });
  const curves = part('Memory against image size');
  await curves.getByText('Worked out, not yet measured on this card.').waitFor();
  for (const name of [/Peak memory of txt2img/, /Required memory of txt2img/])
    await page.getByRole('img', { name }).locator('canvas').waitFor();
});

test('lines that rest on enough runs need no word', async () => {
  await openTab();
  const curves = part('Memory against image size');
  await curves.getByText('All figures leave out').waitFor();
  assert.equal(await curves.getByText('Calibrated from').count(), 0);
});

test('curves are asked for while they are on show, and no sooner', async () => {
  const { page, sidecar } = await open();
  await page.locator('#headroom_txt2img_readout[aria-busy=false]').waitFor();
  sidecar.sendState({ keyHash: 'another' });
  await page.locator('#headroom_txt2img_readout[aria-busy=false]').waitFor();
  assert.equal(sidecar.ordersOf('curves').length, 0);
  await page.locator('#tabs').getByRole('button', { name: 'Headroom' }).click();
  await page
    .getByRole('img', { name: /Peak memory/ })
    .locator('canvas')
    .waitFor();
  assert.equal(sidecar.ordersOf('curves').length, 1);
});

test('arrow keys move the crosshair along a plot, and its figures are told with their intervals', async () => {
  const { page } = await openTab();
  const plot = page.getByRole('img', { name: /Required memory of txt2img/ });
  await plot.locator('canvas').waitFor();
  await plot.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.getByText('512 px: batch 1, 2 3.6 GiB (3.4 to 3.7 GiB).').waitFor();
  await page.keyboard.press('ArrowLeft');
  await page.getByText('256 px: batch 1, 2 3.1 GiB').waitFor();
});

test('a pointer over a plot brings the figures under it, and they go with it', async () => {
  const { page } = await openTab();
  const plot = page.getByRole('img', { name: /Required memory of txt2img/ });
  await plot.locator('canvas').waitFor();
  const over = plot.locator('.u-over');
  await over.hover({ position: { x: 5, y: 50 } });
  await page.getByText('256 px: batch 1, 2 3.1 GiB').waitFor();
  await page.getByRole('heading', { name: 'Memory against image size' }).hover();
  await page.getByText('256 px: batch 1, 2 3.1 GiB').waitFor({ state: 'detached' });
});

test('the sliders on txt2img are asked about, and again when the tab comes back with others', async () => {
  const { page, sidecar } = await openTab();
  const asked = () => sidecar.ordersOf('curves').flatMap((order) => (order.type === 'curves' ? [order.settings] : []));
  for (let tries = 0; tries < 200 && asked().length === 0; tries += 1) await page.waitForTimeout(20);
  const tab = (name: string) => page.locator('#tabs').getByRole('button', { name, exact: true });
  await tab('txt2img').click();
  await page.locator('#txt2img_width input[type=number]').fill('832');
  await page.locator('#headroom_txt2img_readout[aria-busy=false]').waitFor();
  await tab('Headroom').click();
  for (let tries = 0; tries < 200 && asked().at(-1)?.width !== 832; tries += 1) await page.waitForTimeout(20);
  assert.equal(asked().at(-1)?.width, 832);
});

test('a table tells what is required by size and batch size, and where the edge runs', async () => {
  const { sidecar } = await openTab();
  const rows = part('Required by size and batch size').getByRole('row');
  await rows.first().waitFor();
  assert.match((await rows.nth(1).innerText()).replaceAll('\t', ' '), /^batch 1 3\.1 GiB 3\.6 GiB/);
  const curves = sidecar.ordersOf('curves').at(-1);
  assert.ok(curves?.type === 'curves');
  const requiredMiB = [3000, 9000];
  sidecar.send({
    type: 'curves',
    requestId: curves.requestId,
    operation: 'txt2img',
    finding: null,
    sizesPx: [512, 1024],
    lines: [{ batchSize: 1, required: around(requiredMiB), peak: around(requiredMiB) }],
    points: [],
    roomMiB: 8192,
    present: null,
  });
  await part('Required by size and batch size').locator('td[data-edges=left]').getByText('over').waitFor();
});
