import type { SourceReason } from '../../service/protocol/source.ts';
import { reasonInWords } from '../../service/words/index.ts';
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { EstimateResult, RequestedSettings } from '../../service/protocol/estimate.ts';
import { launchChromium } from './chromium.ts';
import { estimateFor } from './fake-sidecar.ts';
import { openFixture } from './pages.ts';
import type { FixturePage } from './pages.ts';
import { HOSTILE } from './states.ts';

let browser: Browser;
let fixture: FixturePage;
before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());
beforeEach(async () => {
  fixture = await openFixture(browser, 'webui');
  await settled(fixture.page, 'txt2img');
});
afterEach(async () => {
  assert.deepEqual(fixture.errors, []);
  await fixture.close();
});

/** Until the readout shows the answer for the controls as they stand. */
async function settled(page: Page, tab: 'txt2img' | 'img2img'): Promise<void> {
  await page.locator(`#headroom_${tab}_readout[aria-busy=false]`).waitFor({ state: 'attached' });
}

/** Until the sidecar has been asked for these settings of a tab. */
async function asked(tab: 'txt2img' | 'img2img', expected: Partial<RequestedSettings>): Promise<void> {
  const matches = () => {
    const settings = fixture.sidecar.lastAsked(tab);
    return (
      settings !== null &&
      Object.entries(expected).every(
        ([name, value]) => JSON.stringify(settings[name as keyof RequestedSettings]) === JSON.stringify(value),
      )
    );
  };
  for (let tries = 0; tries < 400 && !matches(); tries += 1) await fixture.page.waitForTimeout(50);
  const settings = fixture.sidecar.lastAsked(tab);
  assert.deepEqual({ ...settings, ...expected }, settings);
}

function number(id: string) {
  return fixture.page.locator(`#${id} input[type=number]`);
}

function readout(tab: 'txt2img' | 'img2img' = 'txt2img') {
  return fixture.page.locator(`#headroom_${tab}_readout`);
}

describe('the readout follows', () => {
  test('width and height, by slider and by number', async () => {
    await number('txt2img_width').fill('768');
    await asked('txt2img', { width: 768, height: 512 });
    await fixture.page.locator('#txt2img_height input[type=range]').fill('1024');
    await asked('txt2img', { width: 768, height: 1024 });
  });

  test('the batch size', async () => {
    await number('txt2img_batch_size').fill('4');
    await asked('txt2img', { batchSize: 4 });
  });

  test('hires fix: on, scale, resize fields, upscaler, off', async () => {
    const { page } = fixture;
    await page.getByLabel('Hires. fix').check();
    await asked('txt2img', {
      operation: 'hires_latent',
      hires: { width: 1024, height: 1024, uncroppedWidth: 1024, uncroppedHeight: 1024, upscaler: 'Latent' },
    });
    await number('txt2img_hr_scale').fill('1.5');
    await asked('txt2img', {
      hires: { width: 768, height: 768, uncroppedWidth: 768, uncroppedHeight: 768, upscaler: 'Latent' },
    });
    await number('txt2img_hr_resize_x').fill('1024');
    await number('txt2img_hr_resize_y').fill('768');
    await asked('txt2img', {
      hires: { width: 1024, height: 768, uncroppedWidth: 1024, uncroppedHeight: 1024, upscaler: 'Latent' },
    });
    await page.locator('#txt2img_hr_upscaler input').fill('Lanczos');
    await asked('txt2img', { operation: 'hires_image' });
    await page.getByLabel('Hires. fix').uncheck();
    await asked('txt2img', { operation: 'txt2img', hires: null });
  });

  test('the paste button, which changes sliders without an event', async () => {
    await fixture.page.evaluate('paste({ txt2img_width: 640, txt2img_height: 960, txt2img_batch_size: 3 })');
    await asked('txt2img', { width: 640, height: 960, batchSize: 3 });
  });

  test('img2img under Resize to and Resize by', async () => {
    const { page } = fixture;
    await page.getByRole('button', { name: 'img2img' }).click();
    await number('img2img_width').fill('704');
    await asked('img2img', { operation: 'img2img', width: 704, height: 512 });
    await page.getByRole('button', { name: 'Resize by' }).click();
    await readout('img2img').getByText('No image yet').waitFor();
    await page.evaluate(`{
      const canvas = document.createElement('canvas');
      canvas.width = 300; canvas.height = 200;
      const image = new Image();
      image.src = canvas.toDataURL();
      document.getElementById('img2img_img2img_tab').append(image);
    }`);
    await number('img2img_scale').fill('1.5');
    await asked('img2img', { width: 450, height: 300 });
    await page.getByRole('button', { name: 'Resize to' }).click();
    await asked('img2img', { width: 704, height: 512 });
  });

  test('an estimate that the sidecar sends again by itself', async () => {
    await settled(fixture.page, 'txt2img');
    const { sidecar } = fixture;
    const last = sidecar
      .ordersOf('estimate')
      .findLast((message) => message.type === 'estimate' && message.tab === 'txt2img');
    assert.ok(last?.type === 'estimate');
    const result = {
      status: 'measuring' as const,
      why: { code: 'benchmark-runs' as const },
      totalMiB: 8192,
      webuiMiB: 1,
      othersMiB: 1,
    };
    sidecar.send({ type: 'estimate', requestId: last.requestId, tab: 'txt2img', result });
    await readout().getByText('The benchmark is running').first().waitFor();
  });

  test('a connection that broke and came back', async () => {
    await fixture.sidecar.hangUp();
    await readout().getByText('Connecting').first().waitFor();
    await readout().getByText('Fits', { exact: true }).waitFor();
    assert.equal(fixture.sidecar.connections, 2);
  });

  test('a line that fell silent and speaks again', async () => {
    const { page, sidecar } = fixture;
    const inUse = page.locator('#headroom_tab .headroom-used');
    await inUse.filter({ hasText: '2.9 GiB of 8.0 GiB' }).waitFor({ state: 'attached' });
    sidecar.silent = true;
    await readout().getByText('Connecting', { exact: true }).waitFor();
    assert.equal(await readout().getByText('to spare').count(), 0);
    assert.equal(await inUse.textContent(), 'not known');
    sidecar.silent = false;
    await readout().getByText('Fits', { exact: true }).waitFor();
    await inUse.filter({ hasText: '2.9 GiB of 8.0 GiB' }).waitFor({ state: 'attached' });
    assert.equal(sidecar.connections, 1);
  });

  test('settings whose answer does not come, though memory does', async () => {
    fixture.sidecar.estimate = () => null;
    await number('txt2img_width').fill('2048');
    await readout().getByText('Waiting for the estimate.').first().waitFor();
    assert.equal(await readout().getByText('Fits').count(), 0);
    assert.equal(await readout('img2img').getAttribute('data-state'), 'fits');
  });
});

describe('the readout shows', () => {
  test('what is needed, the verdict and what is left', async () => {
    assert.match(await readout().locator('.headroom-figures').innerText(), /^Needs 3\.5 of 8\.0 GiB$/);
    assert.match(await readout().innerText(), /Fits/);
    assert.match(await readout().innerText(), /to spare/);
  });

  test('the largest size that fits where the chosen one does not', async () => {
    await number('txt2img_width').fill('2048');
    await number('txt2img_height').fill('2048');
    await fixture.page.locator('#headroom_txt2img_readout[data-state=will-not-fit]').waitFor();
    assert.match(await readout().innerText(), /Will not fit[\s\S]*short[\s\S]*832x832 fits/);
  });

  test('words for a slider at 0', async () => {
    await number('txt2img_width').fill('0');
    await readout().getByText('Image size 0x512 is too small').first().waitFor();
  });

  test('names from files and drivers as text', async () => {
    const { page, sidecar } = fixture;
    sidecar.estimate = (settings) => {
      const result = estimateFor(settings);
      return result.status === 'estimated'
        ? { ...result, notes: [{ code: 'unmeasured-upscaler', upscaler: HOSTILE }] }
        : result;
    };
    const device = { ...sidecar.state.devices[0]!, name: `${HOSTILE} simulated` };
    sidecar.sendState({ device, devices: [device] });
    await number('txt2img_width').fill('520');
    await readout().locator('summary').click();
    await readout().locator('dd').getByText(HOSTILE).first().waitFor();
    assert.equal(await readout().locator('img, b').count(), 0);
    assert.equal(await page.evaluate('window.harmed'), undefined);
  });

  test('why there is no estimate for Extras, on its tab', async () => {
    const { page } = fixture;
    await page.evaluate("showOnly('tab_extras', ['tab_txt2img'])");
    await page.locator('#tab_extras').getByText('Headroom has no estimate for Extras').waitFor();
  });

  test('RAM where the WebUI computes on the CPU', async () => {
    const { sidecar } = fixture;
    sidecar.sendState({ source: { ...sidecar.state.source, kind: 'process', label: 'RAM' } });
    await readout()
      .getByText(/of 8\.0 GiB RAM$/)
      .first()
      .waitFor();
  });

  test('the message of a sidecar that has stopped, and does not say that an answer is coming', async () => {
    fixture.sidecar.estimate = () => null;
    await number('txt2img_width').fill('640');
    await fixture.page.locator('#headroom_txt2img_readout[aria-busy=true]').waitFor({ state: 'attached' });
    fixture.sidecar.send({
      type: 'sidecar',
      state: 'stopped',
      message: 'It stopped three times in a row.',
      canRestart: true,
    });
    await readout().getByText('It stopped three times in a row.').first().waitFor();
    assert.equal(await readout().getAttribute('data-state'), 'stopped');
    assert.equal(await readout().getAttribute('aria-busy'), 'false');
  });
});

describe('the readout can be used', () => {
  test('by keyboard: the details open from the sliders by Tab and Enter', async () => {
    const { page } = fixture;
    await page.locator('#txt2img_height input[type=range]').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await readout().getByText('3.5 GiB (3.4 to 3.7 GiB)').waitFor();
  });

  test('by a screen reader: a change is said once it has settled', async () => {
    const live = readout().locator('[role=status]');
    assert.equal(await live.getAttribute('aria-live'), 'polite');
    await number('txt2img_width').fill('1024');
    await live.getByText(/^Fits: Needs .* of 8\.0 GiB\. .* to spare/).waitFor();
  });

  test('by a screen reader: what it finds is what is shown, in each state and with each reason', async () => {
    const { page, sidecar } = fixture;
    const live = readout().locator('[role=status]');
    const words = async (pattern: RegExp) => {
      await live.getByText(pattern).waitFor();
      return live.innerText();
    };
    const marginMiB = (mib: number) =>
      sidecar.answerAgain({
        ...(estimateFor({ operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null }) as Extract<
          EstimateResult,
          { status: 'estimated' }
        >),
        marginMiB: mib,
      });
    marginMiB(4300);
    await words(/4\.2 GiB to spare/);
    marginMiB(3380);
    await words(/3\.3 GiB to spare/);
    const failed = (reason: SourceReason) =>
      sidecar.answerAgain({
        status: 'no-memory-source',
        why: { code: 'no-reading', remark: { code: 'failed', reason } },
        totalMiB: null,
        webuiMiB: null,
        othersMiB: null,
      });
    for (const reason of ['driver-mismatch', 'gpu-lost'] as const) {
      const words = `No reading. ${reasonInWords(reason)}`;
      failed(reason);
      await page.waitForTimeout(100);
      assert.ok(['', words].includes(await live.innerText()));
      await live.getByText(words).waitFor();
    }
    marginMiB(3380);
    assert.match(await words(/to spare/), /3\.3 GiB to spare/);
  });

  test('without moving what lies below it when the figures change', async () => {
    const below = fixture.page.locator('#txt2img_batch_size');
    const before = await below.boundingBox();
    for (const width of ['0', '2048', '8192', '512']) {
      await number('txt2img_width').fill(width);
      await asked('txt2img', { width: Number(width) });
      await settled(fixture.page, 'txt2img');
      assert.deepEqual(await below.boundingBox(), before);
    }
  });

  test('with text that stands out from its ground in both themes', async () => {
    const { page } = fixture;
    for (const theme of ['light', 'dark']) {
      await page.evaluate(`document.body.classList.toggle('dark', ${theme === 'dark'})`);
      for (const size of ['512', '2048']) {
        await number('txt2img_width').fill(size);
        await number('txt2img_height').fill(size);
        await asked('txt2img', { width: Number(size), height: Number(size) });
        await settled(page, 'txt2img');
        for (const part of ['.headroom-verdict', '.headroom-figures', '.headroom-told']) {
          const ratio = await contrast(part);
          assert.ok(ratio >= 4.5, `${part} in ${theme}: ${ratio}`);
        }
      }
    }
  });
});

/** WCAG 2.2's contrast ratio between the text of a part of txt2img's readout and the readout's ground. */
async function contrast(part: string): Promise<number> {
  const luminances = await fixture.page.evaluate(`{
    const luminance = (colour) => {
      const channels = colour.match(/[\\d.]+/g).slice(0, 3).map((value) => Number(value) / 255);
      const [red, green, blue] = channels.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const root = document.querySelector('#headroom_txt2img_readout');
    [luminance(getComputedStyle(root.querySelector('${part}')).color), luminance(getComputedStyle(root).backgroundColor)];
  }`);
  const [light = 0, dark = 0] = (luminances as number[]).sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}
