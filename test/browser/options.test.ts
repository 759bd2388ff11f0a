/** Options of the WebUI, set from beside the sliders in the stand-in WebUI: page, shim and WebUI in one. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { startBuiltStandIn, type BuiltStandIn } from './stand-in.ts';

/** Only against what hangs. */
const LIMIT_MS = 120_000;
const FROZEN = 'batch_cond_uncond';

let browser: Browser;
let standIn: BuiltStandIn;
let page: Page;

before(async () => {
  [browser, standIn] = await Promise.all([
    launchChromium(),
    startBuiltStandIn(8, ['--pace', '0', '--freeze-specific-settings', FROZEN]),
  ]);
  page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  page.setDefaultTimeout(LIMIT_MS);
  await page.goto(standIn.url);
  await state('fits');
});
after(async () => {
  await browser?.close();
  await standIn?.stop();
});

const readout = () => page.locator('#headroom_txt2img_readout');
const press = (name: string) => readout().getByRole('button', { name, exact: true }).click();
const state = (name: string) => page.locator(`#headroom_txt2img_readout[data-state=${name}]`).waitFor();

async function settings(width: number, height: number, batchSize: number): Promise<void> {
  for (const [name, value] of Object.entries({ width, height, batch_size: batchSize }))
    await page.locator(`#txt2img_${name} input[type=number]`).fill(String(value));
}

/** By the WebUI's own button, all of them. */
async function applySettings(told: string): Promise<void> {
  await page.locator('#settings_submit').dispatchEvent('click');
  await page.locator('#settings_result').getByText(told, { exact: true }).waitFor({ state: 'attached' });
}

/** In force, and as the settings page shows it. */
async function preview(): Promise<unknown[]> {
  const shown = page.locator('#setting_show_progress_type input:checked');
  return [(await standIn.options())['show_progress_type'], await shown.inputValue()];
}

describe('in the WebUI', () => {
  test('a lighter live preview is set by one click, and the full one set back by another', async () => {
    await page.locator('#setting_show_progress_type input[value=Full]').dispatchEvent('click');
    await applySettings('1 settings changed: show_progress_type.');
    await state('not-calibrated');
    await press('Lighter live preview');
    await state('fits');
    assert.deepEqual(await preview(), ['Approx NN', 'Approx NN']);
    await press('Undo');
    await state('not-calibrated');
    assert.deepEqual(await preview(), ['Full', 'Full']);
  });

  test('what was set stays so when the settings page sets all that it shows', async () => {
    await press('Lighter live preview');
    await state('fits');
    await applySettings('0 settings changed: .');
    assert.deepEqual(await preview(), ['Approx NN', 'Approx NN']);
  });

  test('another attention is set by one click, in a list of the settings page too', async () => {
    const attention = page.locator('#setting_cross_attention_optimization input');
    await standIn.control({ options: { cross_attention_optimization: 'V1 - original v1' } });
    await settings(1024, 1024, 4);
    await press('Use sdp attention');
    await state('fits');
    const now = (await standIn.options())['cross_attention_optimization'];
    assert.deepEqual([now, await attention.inputValue()], Array(2).fill('sdp - scaled dot product'));
    await press('Undo');
    await state('will-not-fit');
    assert.equal(await readout().getByRole('button', { name: 'Undo' }).isVisible(), false);
    assert.equal((await standIn.options())['cross_attention_optimization'], 'V1 - original v1');
  });

  test('what a flag has frozen stays as it is, and the readout says why', async () => {
    await standIn.control({ options: { cross_attention_optimization: 'Doggettx' } });
    await settings(1536, 1536, 3);
    await press('Prompts one by one');
    await readout().getByText('the WebUI keeps this option as it is').first().waitFor();
    assert.equal((await standIn.options())[FROZEN], true);
  });
});
