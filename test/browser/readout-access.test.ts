/** Nobody is shut out of the readout. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { axeFindings } from './axe.ts';
import { launchChromium } from './chromium.ts';
import type { FixturePage } from './pages.ts';
import { openReadout, READOUT_STATES, showReadout } from './readout-states.ts';

const READOUT = '#headroom_txt2img_readout';

let browser: Browser;
let fixture: FixturePage;
before(async () => {
  browser = await launchChromium();
  fixture = await openReadout(browser);
});
after(async () => {
  assert.deepEqual(fixture.errors, []);
  await browser.close();
});

type Media = Parameters<FixturePage['page']['emulateMedia']>[0];

const LOOKS: readonly (readonly [name: string, dark: boolean, media: Media])[] = [
  ['light', false, {}],
  ['dark', true, {}],
  ["the person's own colours", false, { forcedColors: 'active' }],
];

for (const [look, dark, media] of LOOKS)
  describe(`axe finds nothing wrong with the readout, ${look}`, () => {
    before(async () => {
      await fixture.page.emulateMedia(media);
      await fixture.page.evaluate(`document.body.classList.toggle('dark', ${dark})`);
    });
    after(() => fixture.page.emulateMedia({ forcedColors: null }));

    for (const state of Object.keys(READOUT_STATES))
      test(state, async () => {
        await showReadout(fixture, state);
        assert.deepEqual(await axeFindings(fixture.page, READOUT), []);
        const { page } = fixture;
        await page.locator(`${READOUT} summary`).click();
        assert.deepEqual(await axeFindings(page, READOUT), []);
        await page.keyboard.press('Escape');
      });
  });

test('by keyboard alone it is made to fit, put back, and asked for more', async () => {
  const { page } = fixture;
  await showReadout(fixture, 'unmeasured, will not fit, with offers');
  const focused = () => page.evaluate<string>('document.activeElement.textContent');
  const tabbedTo: string[] = [];
  await page.locator('#txt2img_height input[type=range]').focus();
  for (let presses = 0; presses < 4; presses += 1) {
    await page.keyboard.press('Tab');
    tabbedTo.push(await focused());
  }
  assert.deepEqual(tabbedTo, ['Use 896x896', 'Batch 2, 2 times', 'Measure this card: 10 s', 'Details']);
  await page.keyboard.press('Enter');
  await page.locator(`${READOUT} dt`).first().waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#txt2img_height input[type=range]').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const width = page.locator('#txt2img_width input[type=number]');
  assert.equal(await width.inputValue(), '896');
  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  assert.equal(await width.inputValue(), '1024');
});
