/** The readout looks as it did when somebody last looked at it: see pictures.ts. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import type { FixturePage } from './pages.ts';
import { assertLooksAs, STEADY_FLAGS } from './pictures.ts';
import { openReadout, READOUT_STATES, showReadout } from './readout-states.ts';

const READOUT = '#headroom_txt2img_readout';

let browser: Browser;
let fixture: FixturePage;
before(async () => {
  browser = await launchChromium(STEADY_FLAGS);
  fixture = await openReadout(browser);
  // Nothing of what follows peeks in where the readout ends between two pixels.
  await fixture.page.addStyleTag({ content: '#txt2img_column_size { padding-bottom: 10px; }' });
});
after(async () => {
  assert.deepEqual(fixture.errors, []);
  await browser.close();
});

/** By the width of the window, that of the column which the WebUI gives to the readout in it. */
const COLUMNS_PX = { 1920: 490, 1280: 362, 768: 262, 390: 234 } as const;

const EVERY_STATE = Object.keys(READOUT_STATES);
/** One for each verdict, one with all buttons, one without an estimate. */
const SOME_STATES = ['fits', 'tight, hires fix', 'unmeasured, will not fit, with offers', 'not calibrated'];

interface Look {
  readonly window: keyof typeof COLUMNS_PX;
  readonly theme: 'light' | 'dark' | 'forced';
  readonly states: readonly string[];
}

const LOOKS: readonly Look[] = [
  { window: 1280, theme: 'light', states: EVERY_STATE },
  { window: 390, theme: 'dark', states: EVERY_STATE },
  { window: 1920, theme: 'light', states: SOME_STATES },
  { window: 1920, theme: 'dark', states: SOME_STATES },
  { window: 1280, theme: 'dark', states: SOME_STATES },
  { window: 768, theme: 'light', states: SOME_STATES },
  { window: 768, theme: 'dark', states: SOME_STATES },
  { window: 390, theme: 'light', states: SOME_STATES },
  { window: 1280, theme: 'forced', states: SOME_STATES },
];

for (const { window, theme, states } of LOOKS)
  describe(`the readout in a window of ${window} px, ${theme}`, () => {
    before(async () => {
      const { page } = fixture;
      await page.setViewportSize({ width: window, height: 900 });
      await page.emulateMedia({ forcedColors: theme === 'forced' ? 'active' : 'none' });
      await page.evaluate(
        `document.body.classList.toggle('dark', ${theme === 'dark'}); document.querySelector('#txt2img_column_size').style.width = '${COLUMNS_PX[window]}px'`,
      );
    });

    for (const state of states)
      test(`${state} looks as it did`, async () => {
        await showReadout(fixture, state);
        const name = state.replaceAll(/[^a-z]+/gi, '-').toLowerCase();
        await assertLooksAs(`readout/${window}-${theme}/${name}`, fixture.page.locator(READOUT));
      });
  });

test('its details look as they did', async () => {
  const { page } = fixture;
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ forcedColors: 'none' });
  await page.evaluate(
    "document.body.classList.remove('dark'); document.querySelector('#txt2img_column_size').style.width = '362px'",
  );
  await showReadout(fixture, 'drift');
  await page.locator(`${READOUT} summary`).click();
  await assertLooksAs('readout/1280-light/details', page.locator(`${READOUT} .headroom-more`));
});
