/** Names that are markup, of a checkpoint and of another program on the card, wherever the product shows them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { startBuiltStandIn, type BuiltStandIn } from './stand-in.ts';

const LIMIT_MS = 120_000;
/** No slash in it: that would be a folder's. */
const CHECKPOINT = '<img src=x onerror="window.harmed = 1"><b>model.safetensors';
/** No blank either: of a command line only the program is told. */
const PROGRAM = '<b>program<svg><script>window.harmed=2';

let browser: Browser;
let standIn: BuiltStandIn;
let page: Page;

before(async () => {
  [browser, standIn] = await Promise.all([
    launchChromium(),
    startBuiltStandIn(8, ['--pace', '0', '--checkpoint-name', CHECKPOINT]),
  ]);
  await standIn.control({ otherMiB: 300, otherName: PROGRAM });
  page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  await page.goto(standIn.url);
});
after(async () => {
  await browser?.close();
  await standIn?.stop();
});

async function openTab(name: string): Promise<void> {
  await page.locator('#tabs > .tab-nav button', { hasText: new RegExp(`^\\s*${name}\\s*$`) }).click();
}

/** Elements that only markup in a name could have made, inside what is ours. */
function intruders(): Promise<string[]> {
  return page.evaluate(() => {
    const ours = document.querySelectorAll('#headroom_tab, #headroom_txt2img_readout, #headroom_img2img_readout');
    const found = [...ours].flatMap((root) => [...root.querySelectorAll('img, b, [onerror], [onload]')]);
    return [...found.map((node) => node.outerHTML), ...('harmed' in window ? ['a script ran'] : [])];
  });
}

describe('a checkpoint and a program whose names are markup', () => {
  test('stand in the tab as text', async () => {
    await openTab('Headroom');
    await page.locator('#headroom_tab').getByText(CHECKPOINT).first().waitFor({ timeout: LIMIT_MS });
    await page.locator('#headroom_tab').getByText(PROGRAM).first().waitFor({ timeout: LIMIT_MS });
    assert.deepEqual(await intruders(), []);
  });

  test('stay text while the benchmark runs, in the curves, in the runs and in the readouts', async () => {
    await page.getByLabel('Max image size (px)').first().fill('256');
    await page.getByLabel('Max batch size').first().fill('1');
    await page.getByRole('radio', { name: 'quick' }).check();
    await page.getByRole('button', { name: 'Run Benchmark' }).click();
    await page.getByText(/^Run \d+ of up to \d+/).waitFor({ timeout: LIMIT_MS });
    assert.deepEqual(await intruders(), []);
    await page.getByRole('button', { name: 'Run Benchmark' }).waitFor({ timeout: 2 * LIMIT_MS });
    await page
      .getByRole('img', { name: /Peak memory of txt2img/ })
      .locator('canvas')
      .waitFor();
    await openTab('txt2img');
    await page.locator('#headroom_txt2img_readout[data-state=fits]').waitFor({ timeout: LIMIT_MS });
    assert.deepEqual(await intruders(), []);
  });

  test('stay text in the notes on a set-up that was not measured and on a program that is new', async () => {
    await standIn.control({ options: { token_merging_ratio: 0.5 }, otherMiB: 600, otherName: `${PROGRAM}2` });
    await openTab('Headroom');
    await page.locator('#headroom_tab').getByText(`${PROGRAM}2`).first().waitFor({ timeout: LIMIT_MS });
    await openTab('txt2img');
    await page.waitForTimeout(1000);
    assert.deepEqual(await intruders(), []);
  });
});
