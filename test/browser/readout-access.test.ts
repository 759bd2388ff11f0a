/** Nobody is shut out of the readout. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { axeFindings } from './axe.ts';
import { launchChromium } from './chromium.ts';
import { openFixture, type FixturePage } from './pages.ts';
import { READOUT_STATES, showReadout } from './readout-states.ts';

const READOUT = '#headroom_txt2img_readout';

let browser: Browser;
let fixture: FixturePage;
before(async () => {
  browser = await launchChromium();
  fixture = await openFixture(browser, 'webui');
  await fixture.page.locator(`${READOUT}[aria-busy=false]`).waitFor();
});
after(async () => {
  assert.deepEqual(fixture.errors, []);
  await browser.close();
});

describe('axe finds nothing wrong with the readout', () => {
  for (const theme of ['light', 'dark'])
    for (const state of Object.keys(READOUT_STATES))
      test(`${state}, ${theme}`, async () => {
        await fixture.page.evaluate(`document.body.classList.toggle('dark', ${theme === 'dark'})`);
        await showReadout(fixture, state);
        assert.deepEqual(await axeFindings(fixture.page, READOUT), []);
      });
});
