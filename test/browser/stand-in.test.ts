import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { RequestedSettings } from '../../service/protocol/estimate.ts';
import type { ViewerMessage } from '../../service/protocol/viewer.ts';
import { launchChromium } from './chromium.ts';
import { startBuiltStandIn } from './stand-in.ts';
import type { BuiltStandIn } from './stand-in.ts';

/** Only against what hangs. */
const LIMIT_MS = 120_000;

type TabName = 'txt2img' | 'img2img';

let browser: Browser;
let standIn: BuiltStandIn;
let page: Page;
const lastAsked = new Map<TabName, RequestedSettings>();

before(async () => {
  [browser, standIn] = await Promise.all([
    launchChromium(),
    startBuiltStandIn(8, ['--pace', '0'], undefined, ['controlnet']),
  ]);
  page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  page.on('websocket', (socket) => {
    if (!socket.url().endsWith('/headroom/ws')) return;
    socket.on('framesent', ({ payload }) => {
      const message = JSON.parse(String(payload)) as ViewerMessage;
      if (message.type === 'estimate') lastAsked.set(message.tab, message.settings);
    });
  });
  await page.goto(standIn.url);
  await unmeasured();
});
after(async () => {
  await browser?.close();
  await standIn?.stop();
});

function readout(tab: TabName) {
  return page.locator(`#headroom_${tab}_readout`);
}

/** Figures before anything was run. */
async function unmeasured(): Promise<void> {
  await readout('txt2img').getByRole('button', { name: 'Measure this card' }).waitFor({ timeout: LIMIT_MS });
}

function number(id: string) {
  return page.locator(`#${id} input[type=number]`);
}

async function openTab(name: string): Promise<void> {
  await page.locator('#tabs > .tab-nav button', { hasText: new RegExp(`^\\s*${name}\\s*$`) }).click();
}

async function choose(id: string, label: string): Promise<void> {
  await page.locator(`#${id} input`).click();
  await page.locator(`#${id} li`, { hasText: label }).first().click();
}

/** Until the sidecar has been asked for these settings, and its answer is on the page. */
async function asked(tab: TabName, expected: Partial<RequestedSettings>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const settings = lastAsked.get(tab);
    const same = settings !== undefined && JSON.stringify({ ...settings, ...expected }) === JSON.stringify(settings);
    if (same && (await readout(tab).getAttribute('aria-busy')) === 'false') return;
    await page.waitForTimeout(50);
  }
  const settings = lastAsked.get(tab);
  assert.deepEqual({ ...settings, ...expected }, settings);
  assert.fail('no answer came');
}

function hires(
  width: number,
  height: number,
  upscaler: string,
  uncroppedWidth = width,
  uncroppedHeight = height,
): Partial<RequestedSettings> {
  return { hires: { width, height, uncroppedWidth, uncroppedHeight, upscaler } };
}

describe('in Gradio, the readout follows', () => {
  test('width and height by number, by keys on the slider, and by the switch button', async () => {
    await number('txt2img_width').fill('768');
    await asked('txt2img', { operation: 'txt2img', width: 768, height: 512 });
    await page.locator('#txt2img_height input[type=range]').press('ArrowRight');
    await asked('txt2img', { width: 768, height: 520 });
    await page.locator('#txt2img_res_switch_btn').click();
    await asked('txt2img', { width: 520, height: 768 });
  });

  test('the batch size', async () => {
    await number('txt2img_batch_size').fill('3');
    await asked('txt2img', { batchSize: 3 });
    await number('txt2img_batch_size').fill('1');
  });

  test('hires fix: on, scale, resize fields, upscaler, off', async () => {
    await number('txt2img_width').fill('512');
    await number('txt2img_height').fill('512');
    await page.locator('#txt2img_hr-visible-checkbox').check();
    await asked('txt2img', { operation: 'hires_latent', ...hires(1024, 1024, 'Latent') });
    await number('txt2img_hr_scale').fill('1.5');
    await asked('txt2img', hires(768, 768, 'Latent'));
    await number('txt2img_hr_resize_x').fill('1024');
    await number('txt2img_hr_resize_y').fill('768');
    await asked('txt2img', hires(1024, 768, 'Latent', 1024, 1024));
    await choose('txt2img_hr_upscaler', 'Lanczos');
    await asked('txt2img', { operation: 'hires_image', ...hires(1024, 768, 'Lanczos', 1024, 1024) });
    await page.locator('#txt2img_hr-visible-checkbox').uncheck();
    await asked('txt2img', { operation: 'txt2img', hires: null });
  });

  test('a size of hires fix in the tab, which turns it on, and Undo, which turns it off', async () => {
    await openTab('Headroom');
    const part = page.getByRole('region', { name: 'What fits', exact: true });
    await part.getByRole('radio', { name: 'hires fix, image upscaler' }).check();
    await part.getByText('turns hires fix on').waitFor({ timeout: LIMIT_MS });
    await part.locator('td button').first().click();
    await asked('txt2img', { operation: 'hires_image' });
    assert.equal(await page.locator('#txt2img_hr-visible-checkbox').isChecked(), true);
    await part.getByRole('button', { name: 'Undo' }).click();
    await asked('txt2img', { operation: 'txt2img', width: 512, height: 512, hires: null });
    assert.equal(await page.locator('#txt2img_hr-visible-checkbox').isChecked(), false);
    await openTab('txt2img');
  });

  test('the paste button', async () => {
    const pasted =
      'a castle\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 640x960, Hires upscale: 2, Hires upscaler: Latent';
    await page.locator('#txt2img_prompt textarea').fill(pasted);
    await page.locator('#txt2img_tools #paste').click();
    await asked('txt2img', { operation: 'hires_latent', width: 640, height: 960 });
    await page.locator('#txt2img_hr-visible-checkbox').uncheck();
  });

  test('what another extension has switched on, and says that it is not counted', async () => {
    await page.locator('#txt2img_controlnet .label-wrap').first().click();
    const enable = page.locator('#txt2img_controlnet_ControlNet-0_controlnet_enable_checkbox input');
    await enable.check();
    await asked('txt2img', { addOns: ['ControlNet v1.1.455'] });
    await readout('txt2img').getByText('ControlNet is not counted yet').first().waitFor();
    await enable.uncheck();
  });

  test('img2img under Resize to and, with the image that is there, under Resize by', async () => {
    await openTab('img2img');
    await number('img2img_width').fill('704');
    await asked('img2img', { operation: 'img2img', width: 704, height: 512 });
    await page.locator('#img2img_tabs_resize > .tab-nav button', { hasText: 'Resize by' }).click();
    await readout('img2img').getByText('No image yet').waitFor();
    const png = await page.evaluate<string>(`{
      const canvas = document.createElement('canvas');
      canvas.width = 300; canvas.height = 200;
      canvas.toDataURL('image/png').split(',')[1];
    }`);
    await page
      .locator('#img2img_image input[type=file]')
      .setInputFiles({ name: 'image.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') });
    await asked('img2img', { width: 300, height: 200 });
    await number('img2img_scale').fill('1.5');
    await asked('img2img', { width: 450, height: 300 });
    await page.locator('#img2img_tabs_resize > .tab-nav button', { hasText: 'Resize to' }).click();
    await asked('img2img', { width: 704, height: 512 });
  });
});

describe('in Gradio, the readout in a window 1200 px wide', () => {
  test('fits its column, and its details lie over the fields below and move none of them', async () => {
    await page.setViewportSize({ width: 1200, height: 1400 });
    await openTab('txt2img');
    const places = () =>
      Promise.all(
        ['#txt2img_res_switch_btn', '#txt2img_batch_size', '#txt2img_cfg_scale'].map((id) =>
          page.locator(id).boundingBox(),
        ),
      );
    const before = await places();
    const lines = await page.evaluate<number>(`{
      const summary = document.querySelector('#headroom_txt2img_readout summary');
      Math.round(summary.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(summary).lineHeight));
    }`);
    assert.equal(lines, 1, 'the word stands beside its marker');
    await readout('txt2img').locator('summary').click();
    assert.deepEqual(await places(), before);
    const strangers = await page.evaluate<string[]>(`{
      const root = document.querySelector('#headroom_txt2img_readout');
      const { left, right, bottom } = root.getBoundingClientRect();
      const { bottom: end } = root.querySelector('.headroom-more').getBoundingClientRect();
      const found = [];
      for (let y = bottom + 4; y < end - 4; y += 4) for (let x = left + 4; x < right - 4; x += 8) {
        const top = document.elementFromPoint(x, y);
        if (top !== null && !root.contains(top)) found.push(top.outerHTML.slice(0, 80));
      }
      found;
    }`);
    assert.deepEqual(strangers, []);
    const wide = await page.evaluate<string[]>(
      `[...document.querySelectorAll('#headroom_txt2img_readout :not(.headroom-only-read):not(.headroom-bar)')].filter((node) => getComputedStyle(node).display !== 'inline' && node.scrollWidth > node.clientWidth + 1).map((node) => node.outerHTML)`,
    );
    assert.deepEqual(
      wide.filter((html) => !html.startsWith('<svg') && !html.startsWith('<path')),
      [],
    );
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1400, height: 1000 });
  });
});

const WINDOWS = [
  { width: 1920, height: 1080 },
  { width: 1280, height: 900 },
  { width: 768, height: 1024 },
  { width: 390, height: 844 },
];

interface Opened {
  readonly place: string | undefined;
  readonly top: number;
  readonly bottom: number;
  /** Ids of the controls of size and batch that are under them. */
  readonly covered: readonly string[];
}

/** The readout's details, with it at the top or at the foot of the window, as far as the page scrolls. */
async function openedAt(block: 'start' | 'end'): Promise<Opened> {
  const details = readout('txt2img').locator('.headroom-details');
  await readout('txt2img').evaluate((root, to) => root.scrollIntoView({ block: to }), block);
  await details.locator('summary').click();
  await details.locator('[data-place]').waitFor();
  // A details tells that it was opened a moment later.
  await page.waitForTimeout(100);
  const opened = await page.evaluate<Opened>(`{
    const more = document.querySelector('#headroom_txt2img_readout .headroom-more');
    const box = more.getBoundingClientRect();
    const ids = ['width', 'height', 'batch_size', 'batch_count'].map((name) => 'txt2img_' + name);
    const covered = ids.filter((id) => {
      const { left, right, top, bottom } = document.getElementById(id).getBoundingClientRect();
      return right > left && left < box.right && right > box.left && top < box.bottom && bottom > box.top;
    });
    ({ place: more.dataset.place, top: box.top, bottom: box.bottom, covered });
  }`);
  await page.keyboard.press('Escape');
  await details.locator('.headroom-more').waitFor({ state: 'hidden' });
  return opened;
}

describe('the details, in the layout of Gradio', () => {
  before(() => openTab('txt2img'));
  after(() => page.setViewportSize({ width: 1400, height: 1000 }));

  for (const window of WINDOWS)
    test(`are in sight in a window of ${window.width} px, and cover neither size nor batch`, async () => {
      await page.setViewportSize(window);
      for (const block of ['start', 'end'] as const) {
        const { place, top, bottom, covered } = await openedAt(block);
        assert.deepEqual(covered, [], `${block}, ${place}`);
        assert.ok(top >= 0 && bottom <= window.height + 1, `${block}, ${place}: ${top} to ${bottom}`);
      }
    });

  test('flip up where the readout is at the foot of the window', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    assert.equal((await openedAt('end')).place, 'above');
  });
});

describe('the main job, by mouse', () => {
  test('one click beside the sliders measures the card, and the estimate says by how many runs', async () => {
    await openTab('txt2img');
    await number('txt2img_width').fill('512');
    await number('txt2img_height').fill('512');
    const measure = readout('txt2img').getByRole('button', { name: 'Measure this card: 10 s' });
    await measure.click();
    await readout('txt2img').getByText('Measured on this card: 2 runs').first().waitFor({ timeout: LIMIT_MS });
    assert.equal(await measure.isVisible(), false);
  });

  test('one button leads from nothing measured to curves and an estimate beside the sliders', async () => {
    await openTab('Headroom');
    await page.locator('#headroom_tab').getByText('(simulated)').first().waitFor();
    await page.getByLabel('Max image size (px)').first().fill('512');
    await page.getByLabel('Max batch size').first().fill('2');
    await page.getByRole('radio', { name: 'quick' }).check();
    for (const name of ['hires fix, image upscaler', 'hires fix, latent upscaler', 'img2img']) {
      await page.getByRole('checkbox', { name, exact: true }).uncheck();
    }
    await page
      .getByText(/^Up to \d+ runs/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Run Benchmark' }).click();
    await page.getByText(/^Run \d+ of up to \d+: txt2img/).waitFor({ timeout: LIMIT_MS });
    await page.getByRole('button', { name: 'Run Benchmark' }).waitFor({ timeout: 2 * LIMIT_MS });
    await page
      .getByRole('img', { name: /Peak memory of txt2img against image size/ })
      .locator('canvas')
      .waitFor();
    await page.getByRole('row').nth(3).waitFor();
    await openTab('txt2img');
    await number('txt2img_width').fill('512');
    await number('txt2img_height').fill('512');
    await asked('txt2img', { width: 512, height: 512, hires: null });
    assert.match(await readout('txt2img').locator('.headroom-figures').innerText(), /^Needs \S+ of 7\.8 GiB$/);
    await page.locator('#headroom_txt2img_readout[data-state=fits]').waitFor();
  });

  test('a size far beyond the card will not fit, and the largest that does is named', async () => {
    await number('txt2img_width').fill('2048');
    await number('txt2img_height').fill('2048');
    await number('txt2img_batch_size').fill('8');
    await page.locator('#headroom_txt2img_readout[data-state=will-not-fit]').waitFor({ timeout: LIMIT_MS });
    await readout('txt2img')
      .getByText(/\d+x\d+ fits|no size of this shape/)
      .first()
      .waitFor();
  });

  test('one click makes it fit, in what Gradio itself sends too, and another puts it back', async () => {
    const offer = readout('txt2img').getByRole('button', { name: /^Use \d+x\d+$/ });
    const name = await offer.innerText({ timeout: LIMIT_MS });
    await offer.click();
    await page.locator('#headroom_txt2img_readout[data-state=fits]').waitFor({ timeout: LIMIT_MS });
    const size = name.replace('Use ', 'Size: ');
    await page.locator('#txt2img_generate').click();
    await page.locator('#html_info_txt2img').getByText(size).waitFor({ timeout: LIMIT_MS });
    await readout('txt2img').getByRole('button', { name: 'Undo' }).click();
    await asked('txt2img', { width: 2048, height: 2048, batchSize: 8 });
    await page.locator('#headroom_txt2img_readout[data-state=will-not-fit]').waitFor({ timeout: LIMIT_MS });
  });

  test('Generate of what will not fit waits for an answer; nothing is generated meanwhile', async () => {
    const before = await page.locator('#html_info_txt2img').first().innerText();
    await page.locator('#txt2img_generate').click();
    const dialog = page.getByRole('dialog', { name: 'This will not fit' });
    await dialog.getByText('out-of-memory error').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await page.locator('#html_info_txt2img').first().innerText(), before);
  });

  test('another checkpoint changes what is calibrated', async () => {
    const checkpoints = await page.locator('#setting_sd_model_checkpoint input').inputValue();
    await choose('setting_sd_model_checkpoint', checkpoints.includes('sdxl') ? 'sd15' : 'sdxl');
    await unmeasured();
  });

  test('Reload UI loses neither the runs nor the page', async () => {
    await choose('setting_sd_model_checkpoint', 'sd15');
    await readout('txt2img').getByText('Will not fit', { exact: true }).waitFor({ timeout: LIMIT_MS });
    await openTab('Settings');
    await page.locator('#settings_restart_gradio').click();
    await page.locator('#headroom_txt2img_readout[data-state=fits]').waitFor({ timeout: 2 * LIMIT_MS });
    await openTab('Headroom');
    await page.getByRole('row').nth(3).waitFor();
  });
});
