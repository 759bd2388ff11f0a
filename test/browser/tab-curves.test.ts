/** The tab's plots of memory against image size. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FixturePage } from './pages.ts';
import { pageOfEach } from './with-page.ts';

const { open, openTab } = pageOfEach();

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
        sizesPx: [256, 1024],
        lines: [{ batchSize: 1, requiredMiB, peakMiB: requiredMiB }],
        points: [],
        roomMiB: 262_144,
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
  await page.getByRole('radio', { name: 'img2img' }).check();
  await page.getByText('No runs of img2img under this calibration key yet.').waitFor();
  await page.getByRole('radio', { name: 'txt2img' }).check();
  await page.getByText("All of the WebUI's own: what others use is left out.").waitFor();
  assert.equal(await page.getByText('Pale: hires fix from another size').isVisible(), false);
  await page.getByRole('radio', { name: 'hires fix, latent upscaler' }).check();
  await page.getByText('Pale: hires fix from another size').waitFor();
});
