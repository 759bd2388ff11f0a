/** The WebUI localized to German by its own settings, in a browser that prefers English. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { overflowing } from './overflowing.ts';
import { startBuiltStandIn, type BuiltStandIn } from './stand-in.ts';

/** Only against what hangs. */
const LIMIT_MS = 120_000;
const READOUT = '#headroom_txt2img_readout';

let dataDir: string;
let browser: Browser;
let standIn: BuiltStandIn;
let page: Page;
before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'headroom-german-'));
  writeFileSync(join(dataDir, 'config.json'), JSON.stringify({ localization: 'de_DE' }));
  [browser, standIn] = await Promise.all([launchChromium(), startBuiltStandIn(8, ['--pace', '0'], dataDir)]);
  page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: 'en-US' });
  await page.goto(standIn.url);
  await page.locator(READOUT).getByRole('button', { name: 'Diese Karte messen' }).waitFor({ timeout: LIMIT_MS });
});
after(async () => {
  await browser?.close();
  await standIn?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test('the readout speaks German, with German figures, and all of it has room', async () => {
  await page
    .locator(READOUT)
    .getByText(/^Braucht \d+,\d von \d+,\d GiB$/)
    .waitFor();
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.locator(`${READOUT} summary`).click();
    assert.deepEqual(await overflowing(page, READOUT), [], `${width} px`);
    await page.keyboard.press('Escape');
  }
});

test('the tab measures the card and tells of it in German', async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.locator('#tabs > .tab-nav button', { hasText: 'Headroom' }).click();
  await page.locator('#headroom_tab').getByRole('button', { name: 'Diese Karte messen' }).click();
  await page
    .locator('#headroom_tab')
    .getByText(/^Diese Karte wurde gemessen: \d+ Läufe\./)
    .waitFor({ timeout: LIMIT_MS });
  await page.locator('#headroom_tab').getByRole('heading', { name: 'Was passt' }).waitFor();
});
