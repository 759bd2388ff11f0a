/** What is switched on beside the sliders, read from the controls of real extensions. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { openFixture } from './pages.ts';
import type { FixturePage } from './pages.ts';

const EXTENSIONS = ['controlnet', 'adetailer', 'tiled-vae', 'regional-prompter', 'script-list'];
const markup = EXTENSIONS.map((name) =>
  readFileSync(join(import.meta.dirname, '..', 'fixtures', 'add-ons', `${name}.html`), 'utf8'),
).join('');

let browser: Browser;
let fixture: FixturePage;
before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());
beforeEach(async () => {
  fixture = await openFixture(browser, 'webui');
  await fixture.page.evaluate((html) => {
    const container = document.createElement('div');
    container.id = 'txt2img_script_container';
    container.innerHTML = html;
    document.querySelector('#tab_txt2img')?.append(container);
    // As recorded: boxes inside ADetailer that are ticked from the start.
    tick('#script_txt2img_adetailer_ad_tab_enable input');
    tick('#MD-t2i-vae2gpu input');
    function tick(selector: string): void {
      const box = document.querySelector<HTMLInputElement>(selector);
      if (box !== null) box.checked = true;
    }
  }, markup);
});
afterEach(async () => {
  assert.deepEqual(fixture.errors, []);
  await fixture.close();
});

/** As a program would: the boxes lie in accordions that are closed. */
async function set(selector: string, changes: { checked?: boolean; value?: string }): Promise<void> {
  await fixture.page.evaluate(
    ([where, given]) => {
      const input = document.querySelector<HTMLInputElement>(where);
      if (input === null) throw new Error(`no ${where}`);
      Object.assign(input, given);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    },
    [selector, changes] as const,
  );
}

async function asked(addOns: string[] | undefined): Promise<void> {
  const now = () => fixture.sidecar.lastAsked('txt2img')?.addOns;
  for (let tries = 0; tries < 100 && JSON.stringify(now()) !== JSON.stringify(addOns); tries += 1)
    await fixture.page.waitForTimeout(50);
  assert.deepEqual(now(), addOns);
}

describe('the page tells the sidecar of', () => {
  test('nothing while nothing is switched on, whatever is ticked inside', async () => {
    await fixture.page.waitForTimeout(700);
    await asked(undefined);
  });

  test('ControlNet once any of its units is enabled, and not for its other boxes', async () => {
    await set('#txt2img_controlnet_ControlNet-1_controlnet_low_vram_checkbox input', { checked: true });
    await set('#RP_active input', { checked: true });
    await asked(['Regional Prompter']);
    await set('#txt2img_controlnet_ControlNet-1_controlnet_enable_checkbox input', { checked: true });
    await asked(['ControlNet v1.1.455', 'Regional Prompter']);
  });

  test('what has an accordion with a tick of its own', async () => {
    await set('#script_txt2img_adetailer_ad_main_accordion-checkbox input', { checked: true });
    await set('#MDV-t2i-enabled-checkbox input', { checked: true });
    await asked(['ADetailer', 'Tiled VAE']);
    await set('#MDV-t2i-enabled-checkbox input', { checked: false });
    await asked(['ADetailer']);
  });

  test('a chosen script', async () => {
    await set('#script_list input', { value: 'None' });
    await asked(undefined);
    await set('#script_list input', { value: 'X/Y/Z plot' });
    await asked(['X/Y/Z plot']);
  });

  test('how many networks of each kind a prompt names, and of nothing that is written in it', async () => {
    await fixture.page.evaluate(() => {
      const prompt = document.createElement('div');
      prompt.id = 'txt2img_prompt';
      prompt.innerHTML = '<textarea></textarea>';
      document.querySelector('#tab_txt2img')?.append(prompt);
    });
    const secret = 'a secret <lora:my-face:0.8> castle <hypernet:x:1><lora:two:1>, <password:hunter2>';
    await set('#txt2img_prompt textarea', { value: secret });
    await asked(['lora: 2', 'hypernet: 1']);
    assert.doesNotMatch(JSON.stringify(fixture.sidecar.received), /secret|face|castle|password|hunter/);
  });
});
