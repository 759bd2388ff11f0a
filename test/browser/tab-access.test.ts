/** The tab for everybody: what axe finds, narrow windows, the keyboard alone, light and dark. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { AdviceResult } from '../../service/protocol/advice.ts';
import { axeFindings } from './axe.ts';
import type { FakeSidecar } from './fake-sidecar.ts';
import { assertLooksAs, STEADY_FLAGS } from './pictures.ts';
import { runRow } from './states.ts';
import { pageOfEach } from './with-page.ts';

const { openTab, part } = pageOfEach(STEADY_FLAGS);

const PARTS = ['Now', 'What fits', 'Benchmark', 'Memory against image size', 'What if', 'Explain an error', 'Runs'];
const figure = { valueMiB: 5000, lowMiB: 4900, highMiB: 5100 };
const size = (width: number, height: number) => ({ width, height });
const CARDS_MIB = [4, 6, 8, 10, 12, 16, 24].map((gib) => gib * 1024);

function adviceAbout(about: 'remedies' | 'largest' | 'flags'): AdviceResult {
  if (about !== 'flags') {
    const rows = ['1:1', '9:16'].map((shape) => ({ shape, sizes: [size(1536, 1536), size(768, 1344), null] }));
    const table = { operation: 'txt2img' as const, batchSizes: [1, 2, 4], rows, limitedBy: 'decode' as const };
    return {
      about: 'largest',
      size: { ...size(1024, 1024), base: null, scale: null },
      batchSize: 4,
      hires: null,
      table,
    };
  }
  const row = { vramMode: 'none', vae: 'half', required: figure, peak: figure, verdict: 'fits' } as const;
  const onCards = CARDS_MIB.map((mib) => (mib < 5000 ? 'will-not-fit' : 'fits') as 'fits');
  const rows = (['sdp', 'Doggettx'] as const).map((attention) => ({
    ...row,
    attention,
    isNow: attention === 'sdp',
    onCards,
    slicesMayNotFit: false,
  }));
  return { about: 'flags', cardsMiB: CARDS_MIB, rows, unknown: [] };
}

/** All that the tab can show at rest. */
async function openAll(look: { width: number; dark: boolean }): Promise<Page> {
  const { page } = await openTab((sidecar: FakeSidecar) => {
    sidecar.advice = ({ about }) => adviceAbout(about);
    sidecar.rows = [runRow(), runRow({ runId: 'run-2', capMiB: 2662 }), runRow({ runId: 'run-3', marks: ['warm-up'] })];
  });
  await page.setViewportSize({ width: look.width, height: 900 });
  await page.evaluate(`document.body.classList.toggle('dark', ${look.dark})`);
  await part('What if').getByRole('button', { name: 'Compare flags' }).click();
  await part('What if').getByRole('table').waitFor();
  await part('What fits').getByRole('table').waitFor();
  await part('Runs')
    .getByRole('button', { name: /under a cap/ })
    .click();
  await part('Explain an error').getByLabel('Error text').fill('CUDA out of memory. Tried to allocate 4.00 GiB');
  await part('Explain an error').getByRole('button', { name: 'Explain' }).click();
  await part('Explain an error').getByRole('definition').first().waitFor();
  await page
    .getByRole('img', { name: /Required memory/ })
    .locator('canvas')
    .waitFor();
  await page.locator('.headroom-strip > span').first().waitFor();
  return page;
}

for (const dark of [false, true]) {
  describe(`the tab on a ${dark ? 'dark' : 'light'} page`, () => {
    // The third is a window of 1280 px at a zoom of 200 %, in CSS pixels.
    for (const width of [1920, 1280, 640, 768, 390]) {
      test(`is as axe would have it, and nothing of it is wider than a window of ${width} px`, async () => {
        const page = await openAll({ width, dark });
        assert.deepEqual(await axeFindings(page, '#headroom_tab'), []);
        const wide = await page.evaluate<string[]>(`{
          const inTheBox = (node) => node.closest('.headroom-scroll') !== null && !node.matches('.headroom-scroll');
          const out = [...document.querySelectorAll('#headroom_tab *')].filter((node) => !inTheBox(node) && !node.matches('.headroom-only-read') && node.getBoundingClientRect().right > innerWidth + 1);
          out.map((node) => node.outerHTML.slice(0, 80));
        }`);
        assert.deepEqual(wide, []);
      });
    }

    test('looks as it was looked at', async () => {
      await openAll({ width: 1280, dark });
      const shade = dark ? 'dark' : 'light';
      await assertLooksAs(`tab/what-fits-${shade}`, part('What fits'));
      await assertLooksAs(`tab/what-if-${shade}`, part('What if'));
      await assertLooksAs(`tab/curves-${shade}`, part('Memory against image size'));
    });
  });
}

test('the parts come as a newcomer reads them, by keyboard too', async () => {
  const page = await openAll({ width: 1280, dark: false });
  const headings = await page.locator('#headroom_tab h3').allInnerTexts();
  assert.deepEqual(
    headings.filter((heading) => heading !== 'What was found'),
    PARTS,
  );
  await page.locator('#headroom_tab .headroom-tab').focus();
  const met: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate<string>(
      "document.activeElement.closest('.headroom-part')?.querySelector('h3').textContent ?? ''",
    );
    if (name !== '' && !met.includes(name)) met.push(name);
  }
  assert.deepEqual(
    met.filter((name) => name !== 'What was found'),
    PARTS.filter((name) => name !== 'Now'),
  );
});

test('a running benchmark is as axe would have it', async () => {
  const { page, sidecar } = await openTab();
  sidecar.start(sidecar.state.defaults);
  await page.getByText('Warming up, then up to 12 runs').waitFor();
  assert.deepEqual(await axeFindings(page, '#headroom_tab'), []);
});
