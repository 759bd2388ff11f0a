/** The page in another language than English: how it comes to it, and that its longer words find room. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { axeFindings } from './axe.ts';
import { launchChromium } from './chromium.ts';
import { openFixture, type FixtureOptions, type FixturePage } from './pages.ts';
import { overflowing } from './overflowing.ts';
import { openReadout, READOUT_STATES, showReadout } from './readout-states.ts';

const READOUT = '#headroom_txt2img_readout';
const GERMAN = { locale: 'de-DE' };

let browser: Browser;
before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());

describe('the language of the page', () => {
  let fixture: FixturePage;
  afterEach(async () => {
    assert.deepEqual(fixture.errors, []);
    await fixture.close();
  });

  async function spoken(options: FixtureOptions): Promise<string | null> {
    fixture = await openFixture(browser, 'webui', undefined, options);
    await fixture.page.locator(`${READOUT}[aria-busy=false]`).waitFor();
    assert.equal(await fixture.page.locator(READOUT).count(), 1);
    return fixture.page.locator(READOUT).getAttribute('lang');
  }

  const scripts = (page: Page) =>
    page.evaluate<string[]>('[...document.scripts].map(({ src }) => src).filter(Boolean)');

  test("is the browser's where the WebUI has none, and comes as a script of its own", async () => {
    assert.equal(await spoken({ locale: 'de-AT', localization: 'None' }), 'de');
    assert.deepEqual(await scripts(fixture.page), [
      'http://headroom.test/headroom.js?1',
      'http://headroom.test/languages/de.js?1',
    ]);
    await fixture.page
      .locator(READOUT)
      .getByText(/^Braucht \d+,\d von \d+,\d GiB$/)
      .waitFor();
  });

  test('is English where nothing else is wanted or had, and then loads nothing more', async () => {
    for (const locale of ['en-US', 'fr-FR']) {
      assert.equal(await spoken({ locale }), 'en');
      assert.deepEqual(await scripts(fixture.page), ['http://headroom.test/headroom.js?1']);
      if (locale === 'en-US') await fixture.close();
    }
  });

  test("is the WebUI's before the browser's", async () => {
    assert.equal(await spoken({ locale: 'en-US', localization: 'de_DE' }), 'de');
    await fixture.close();
    assert.equal(await spoken({ locale: 'de-DE', localization: 'zh_CN' }), 'en');
  });

  test('is English where the script of another does not come', async () => {
    assert.equal(await spoken({ ...GERMAN, missing: ['/languages/de.js'] }), 'en');
  });

  test('is that of the tab too, which finds the plots beside the first script', async () => {
    assert.equal(await spoken(GERMAN), 'de');
    const { page } = fixture;
    await openTab(page);
    await page.getByRole('img', { name: /^Spitze: Speicher von txt2img/ }).waitFor();
    assert.ok((await scripts(page)).includes('http://headroom.test/plots/uplot.js?1'));
    assert.deepEqual(await axeFindings(page, '#headroom_tab'), []);
  });

  test('leaves the tab room for all its words that has room for those of English', async () => {
    const inBoth: string[][] = [];
    for (const options of [{}, GERMAN]) {
      await spoken(options);
      await openTab(fixture.page);
      const found: string[] = [];
      for (const width of [1280, 390]) {
        await fixture.page.setViewportSize({ width, height: 900 });
        const parts = await overflowing(fixture.page, '#headroom_tab .headroom-body');
        // Those of a plot are its canvas's, which follows the window a moment later.
        const own = parts.filter((part) => part.startsWith('headroom-'));
        found.push(...own.map((part) => `${width} px: ${part.split(':')[0]}`));
      }
      inBoth.push(found);
      if (options !== GERMAN) await fixture.close();
    }
    assert.deepEqual(inBoth[1], inBoth[0]);
  });
});

async function openTab(page: Page): Promise<void> {
  await page.locator('#tabs').getByRole('button', { name: 'Headroom' }).click();
  await page.locator('#headroom_tab canvas').first().waitFor();
}

/** Of Gradio's sliders, one over the other. */
const TWO_SLIDER_ROWS_PX = 138;
/** By the width of the window, that of the column which the WebUI gives to the readout in it. */
const COLUMNS_PX = { 1280: 362, 390: 234 } as const;

describe('the German readout', () => {
  let fixture: FixturePage;
  before(async () => {
    fixture = await openReadout(browser, GERMAN);
  });
  after(() => fixture.close());

  for (const window of [1280, 390] as const)
    for (const state of Object.keys(READOUT_STATES))
      test(`has room for all its words in a window of ${window} px: ${state}`, async () => {
        const { page } = fixture;
        await page.setViewportSize({ width: window, height: 900 });
        await page.evaluate(`document.querySelector('#txt2img_column_size').style.width = '${COLUMNS_PX[window]}px'`);
        await showReadout(fixture, state);
        assert.deepEqual(await overflowing(page, READOUT), []);
        const box = await page.locator(READOUT).boundingBox();
        if (window === 1280) assert.ok((box?.height ?? Infinity) <= TWO_SLIDER_ROWS_PX, `${box?.height} px high`);
        await page.locator(`${READOUT} summary`).click();
        assert.deepEqual(await overflowing(page, READOUT), []);
        await page.keyboard.press('Escape');
      });
});
