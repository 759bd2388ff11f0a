/** What a page offers where the settings do not fit: one click, Undo, and the question at Generate. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { AdvisedStep, AdviceResult } from '../../service/protocol/advice.ts';
import type { OptionValue } from '../../service/protocol/options.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { launchChromium } from './chromium.ts';
import { openFixture, type FixturePage } from './pages.ts';

const SMALLER: GenerationSettings = { operation: 'txt2img', width: 1024, height: 1024, batchSize: 2, hires: null };
const FEWER: GenerationSettings = { operation: 'txt2img', width: 1536, height: 1536, batchSize: 1, hires: null };

const LANCZOS: GenerationSettings = {
  operation: 'hires_image',
  width: 1024,
  height: 1024,
  batchSize: 1,
  hires: { width: 2048, height: 2048, uncroppedWidth: 2048, uncroppedHeight: 2048, upscaler: 'Lanczos' },
};
const SIZE: AdvisedStep = {
  change: { code: 'smaller-size', settings: SMALLER },
  applied: { kind: 'sliders', settings: SMALLER, times: 1 },
  picture: 'smaller',
  restart: false,
};
const PREVIEW: AdvisedStep = {
  change: { code: 'light-preview' },
  applied: { kind: 'option', name: 'show_progress_type', value: 'Approx NN' },
  picture: 'same',
  restart: false,
};
const SDP: AdvisedStep = {
  change: { code: 'attention', to: 'sdp' },
  applied: { kind: 'option', name: 'cross_attention_optimization', value: 'sdp - scaled dot product' },
  picture: 'nearly',
  restart: false,
};
const APART: AdvisedStep = {
  change: { code: 'prompts-apart' },
  applied: { kind: 'option', name: 'batch_cond_uncond', value: false },
  picture: 'nearly',
  restart: false,
};

function advice(): AdviceResult {
  return adviceOf([
    {
      change: { code: 'smaller-batch', batchSize: 1, times: 2 },
      applied: { kind: 'sliders', settings: FEWER, times: 2 },
      picture: 'nearly',
      restart: false,
    },
    SIZE,
    {
      change: { code: 'vram-mode', to: 'medvram' },
      applied: { kind: 'flag', add: ['--medvram'], remove: [] },
      picture: 'same',
      restart: true,
    },
  ]);
}

function adviceOf(steps: readonly AdvisedStep[]): AdviceResult {
  return remediesOf(steps.map((step) => [step]));
}

function together(steps: readonly AdvisedStep[]): AdviceResult {
  return remediesOf([steps]);
}

function remediesOf(sets: readonly (readonly AdvisedStep[])[]): AdviceResult {
  const remedies = sets.map((steps) => ({
    steps,
    savesMiB: { valueMiB: 3000, lowMiB: 2900, highMiB: 3100 },
    seconds: null,
    picture: steps.at(-1)?.picture ?? 'same',
    restart: steps.some(({ restart }) => restart),
    required: { valueMiB: 7000, lowMiB: 6900, highMiB: 7100 },
    verdict: 'fits' as const,
  }));
  return { about: 'remedies', verdict: 'will-not-fit', required: null, usableMiB: 8192, remedies, unknown: [] };
}

let browser: Browser;
let fixture: FixturePage;
before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());
beforeEach(async () => {
  fixture = await openFixture(browser, 'webui');
  fixture.sidecar.advice = advice;
});
afterEach(async () => {
  assert.deepEqual(fixture.errors, []);
  await fixture.close();
});

const readout = () => fixture.page.locator('#headroom_txt2img_readout');
const field = (name: string) => fixture.page.locator(`#txt2img_${name} input[type=number]`);
const generate = () => fixture.page.locator('#txt2img_generate');
const pressed = () => generate().evaluate((button: HTMLElement) => Number(button.dataset['pressed'] ?? 0));
const offer = (name: string) => readout().locator('.headroom-foot').getByRole('button', { name, exact: true });

async function set(width: string, height: string, batchSize: string): Promise<void> {
  await field('width').fill(width);
  await field('height').fill(height);
  await field('batch_size').fill(batchSize);
}

async function tooLarge(): Promise<void> {
  await set('1536', '1536', '2');
  await readout().and(fixture.page.locator('[data-state=will-not-fit][aria-busy=false]')).waitFor();
}

async function values(): Promise<string[]> {
  const fields = ['width', 'height', 'batch_size', 'batch_count'];
  return Promise.all(fields.map((name) => field(name).inputValue()));
}

describe('what does not fit', () => {
  test('is made to fit by one click, and put back by another', async () => {
    await tooLarge();
    await offer('Use 1024x1024').click();
    await readout().and(fixture.page.locator('[data-state=fits]')).waitFor();
    assert.deepEqual(await values(), ['1024', '1024', '2', '1']);
    assert.equal(await fixture.page.locator('#txt2img_width input[type=range]').inputValue(), '1024');
    await offer('Undo').click();
    await readout().and(fixture.page.locator('[data-state=will-not-fit]')).waitFor();
    assert.deepEqual(await values(), ['1536', '1536', '2', '1']);
    assert.equal(await offer('Undo').isVisible(), false);
  });

  test('makes as many pictures in smaller batches', async () => {
    await tooLarge();
    await offer('Batch 1, 2 times').click();
    assert.deepEqual(await values(), ['1536', '1536', '1', '2']);
  });

  test('offers no Undo any more once a slider was moved by hand', async () => {
    await tooLarge();
    await offer('Use 1024x1024').click();
    await offer('Undo').waitFor();
    await field('width').fill('960');
    await offer('Undo').waitFor({ state: 'hidden' });
  });

  test('names what no slider does among the details, with the exact flag', async () => {
    await tooLarge();
    await offer('Use 1024x1024').waitFor();
    await readout().locator('summary').click();
    await readout().getByText('Add --medvram to COMMANDLINE_ARGS').waitFor();
  });

  test('leaves nothing to press once it fits', async () => {
    await tooLarge();
    await offer('Use 1024x1024').waitFor();
    await set('512', '512', '1');
    await offer('Use 1024x1024').waitFor({ state: 'detached' });
  });
});

describe('an option of the WebUI', () => {
  const told = () => readout().locator('.headroom-told');
  /** The WebUI's options as the shim sets them; the sidecar sees another set-up soon after. */
  const options: Record<string, OptionValue> = {};

  beforeEach(() => {
    Object.assign(options, {
      show_progress_type: 'Full',
      cross_attention_optimization: 'Automatic',
      batch_cond_uncond: true,
    });
    const { sidecar } = fixture;
    sidecar.advice = () => adviceOf([PREVIEW]);
    sidecar.setOption = ({ name, value, expected }) => {
      const was = options[name];
      if (was === undefined) return { ok: false, reason: 'unknown' };
      if (expected !== null && was !== expected) return { ok: false, reason: 'changed' };
      options[name] = value;
      return { ok: true, was };
    };
  });

  test('is set by one click, and set back by another: the settings page shows it too', async () => {
    const { page } = fixture;
    const preview = page.locator('#setting_show_progress_type input:checked');
    await tooLarge();
    await offer('Lighter live preview').click();
    await offer('Undo').waitFor();
    assert.deepEqual([options['show_progress_type'], await preview.inputValue()], ['Approx NN', 'Approx NN']);
    await offer('Undo').click();
    await offer('Undo').waitFor({ state: 'hidden' });
    assert.deepEqual([options['show_progress_type'], await preview.inputValue()], ['Full', 'Full']);
  });

  test('and sliders are one click where both are needed, and one Undo', async () => {
    fixture.sidecar.advice = () => together([PREVIEW, SIZE]);
    await tooLarge();
    await offer('Lighter live preview, Use 1024x1024').click();
    await offer('Undo').waitFor();
    assert.deepEqual([options['show_progress_type'], await values()], ['Approx NN', ['1024', '1024', '2', '1']]);
    await offer('Undo').click();
    await offer('Undo').waitFor({ state: 'hidden' });
    assert.deepEqual([options['show_progress_type'], await values()], ['Full', ['1536', '1536', '2', '1']]);
  });

  test('and sliders leave both as they were where the WebUI keeps the option', async () => {
    fixture.sidecar.advice = () => together([PREVIEW, SIZE]);
    fixture.sidecar.setOption = () => ({ ok: false, reason: 'refused' });
    await tooLarge();
    await offer('Lighter live preview, Use 1024x1024').click();
    await told().getByText('the WebUI keeps this option as it is').waitFor();
    assert.deepEqual(await values(), ['1536', '1536', '2', '1']);
  });

  test('is shown on the settings page in a list and as a tick', async () => {
    const { page, sidecar } = fixture;
    sidecar.advice = () => adviceOf([SDP, APART]);
    await tooLarge();
    await offer('Use sdp attention').click();
    await offer('Undo').waitFor();
    assert.equal(
      await page.locator('#setting_cross_attention_optimization input').inputValue(),
      'sdp - scaled dot product',
    );
    await offer('Prompts one by one').click();
    await page.locator('#setting_batch_cond_uncond input:not(:checked)').waitFor({ state: 'attached' });
  });

  test('can be put back though a slider was moved since', async () => {
    await tooLarge();
    await offer('Lighter live preview').click();
    await offer('Undo').waitFor();
    await field('width').fill('960');
    await readout().and(fixture.page.locator('[aria-busy=false]')).waitFor();
    await offer('Undo').click();
    await offer('Undo').waitFor({ state: 'hidden' });
    assert.equal(options['show_progress_type'], 'Full');
  });

  test('that somebody has changed since stays as it is', async () => {
    await tooLarge();
    await offer('Lighter live preview').click();
    await offer('Undo').waitFor();
    options['show_progress_type'] = 'TAESD';
    await offer('Undo').click();
    await told().getByText('somebody has changed it since').waitFor();
    assert.equal(options['show_progress_type'], 'TAESD');
  });

  test('that the WebUI keeps as it is leaves no Undo, and says so until a slider moves', async () => {
    fixture.sidecar.setOption = () => ({ ok: false, reason: 'refused' });
    await tooLarge();
    await offer('Lighter live preview').click();
    await told().getByText('the WebUI keeps this option as it is').waitFor();
    assert.equal(await offer('Undo').isVisible(), false);
    assert.equal(await fixture.page.locator('#setting_show_progress_type input:checked').inputValue(), 'Full');
    await field('width').fill('1528');
    await told().getByText('short').waitFor();
  });

  test('that nobody answers for is told of once the connection is back', async () => {
    fixture.sidecar.setOption = () => null;
    await tooLarge();
    await offer('Lighter live preview').click();
    await told().getByText('The WebUI sets the option').waitFor();
    await fixture.sidecar.hangUp();
    await told().getByText('The WebUI did not answer').waitFor();
  });

  test('is set before Generate goes on', async () => {
    await tooLarge();
    await offer('Lighter live preview').waitFor();
    await generate().click();
    await fixture.page.getByRole('button', { name: 'Lighter live preview, then generate' }).click();
    await generate().and(fixture.page.locator('[data-pressed="1"]')).waitFor();
    assert.equal(options['show_progress_type'], 'Approx NN');
  });

  test('that cannot be set keeps Generate from going on', async () => {
    fixture.sidecar.setOption = () => ({ ok: false, reason: 'busy' });
    await tooLarge();
    await offer('Lighter live preview').waitFor();
    await generate().click();
    await fixture.page.getByRole('button', { name: 'Lighter live preview, then generate' }).click();
    await told().getByText('the WebUI is at work').waitFor();
    assert.equal(await pressed(), 0);
  });
});

describe('the upscaler of hires fix', () => {
  test('is chosen by one click, and put back by another', async () => {
    const { page, sidecar } = fixture;
    sidecar.advice = () =>
      adviceOf([
        {
          change: { code: 'other-upscaler', upscaler: 'Lanczos' },
          applied: { kind: 'sliders', settings: LANCZOS, times: 1 },
          picture: 'differs',
          restart: false,
        },
      ]);
    const upscaler = page.locator('#txt2img_hr_upscaler input');
    await set('1024', '1024', '1');
    await page.locator('#txt2img_hr-checkbox input').check();
    await readout().and(page.locator('[data-state=will-not-fit][aria-busy=false]')).waitFor();
    await offer('Upscale by Lanczos').click();
    await offer('Undo').waitFor();
    assert.equal(await upscaler.inputValue(), 'Lanczos');
    assert.equal(sidecar.lastAsked('txt2img')?.hires?.upscaler, 'Lanczos');
    await offer('Undo').click();
    await offer('Undo').waitFor({ state: 'hidden' });
    assert.equal(await upscaler.inputValue(), 'Latent');
  });
});

describe('Generate', () => {
  const dialog = () => fixture.page.getByRole('dialog', { name: 'This will not fit' });

  test('of what fits is pressed at once', async () => {
    await readout().and(fixture.page.locator('[data-state=fits]')).waitFor();
    await generate().click();
    assert.deepEqual([await pressed(), await dialog().isVisible()], [1, false]);
  });

  test('of what will not fit is asked about, and can be passed', async () => {
    await tooLarge();
    await generate().click();
    await dialog().getByText('out-of-memory error').waitFor();
    assert.equal(await pressed(), 0);
    await dialog().getByRole('button', { name: 'Generate anyway' }).click();
    assert.deepEqual([await pressed(), await dialog().isVisible()], [1, false]);
    await generate().click();
    await fixture.page.keyboard.press('Escape');
    assert.deepEqual([await pressed(), await dialog().isVisible()], [1, false]);
  });

  test('is made to fit on the way', async () => {
    await tooLarge();
    await offer('Use 1024x1024').waitFor();
    await generate().click();
    await dialog().getByRole('button', { name: 'Use 1024x1024, then generate' }).click();
    assert.deepEqual([await pressed(), await values()], [1, ['1024', '1024', '2', '1']]);
  });

  test('is passed for good for these settings, and asked about for others', async () => {
    await tooLarge();
    await generate().click();
    await dialog().getByRole('button', { name: 'Do not ask again for these settings' }).click();
    await generate().click();
    assert.equal(await pressed(), 2);
    await set('1600', '1600', '2');
    await readout().and(fixture.page.locator('[aria-busy=false]')).waitFor();
    await generate().click();
    await dialog().waitFor();
    assert.equal(await pressed(), 2);
  });

  test('is never asked about once that is off, until the tab switches it on again', async () => {
    const { page } = fixture;
    await tooLarge();
    await generate().click();
    await dialog().getByRole('button', { name: 'Never ask' }).click();
    await generate().click();
    assert.equal(await pressed(), 2);
    await page.locator('#tabs').getByRole('button', { name: 'Headroom' }).click();
    await page.getByLabel('Ask before a generation that will not fit').check();
    await page.locator('#tabs').getByRole('button', { name: 'txt2img' }).click();
    await generate().click();
    await dialog().waitFor();
  });

  test('that a script presses is never held back', async () => {
    await tooLarge();
    await generate().evaluate((button: HTMLElement) => button.click());
    assert.equal(await pressed(), 1);
  });

  test('by Ctrl+Enter is asked about too, however busy the page: the WebUI presses the button itself', async () => {
    const { page } = fixture;
    await page.evaluate(() =>
      document.addEventListener('keydown', ({ key, ctrlKey, timeStamp }) => {
        if (key !== 'Enter' || !ctrlKey) return;
        while (performance.now() - timeStamp < 500);
        document.querySelector<HTMLElement>('#txt2img_generate')?.click();
      }),
    );
    await tooLarge();
    await field('width').press('Control+Enter');
    await dialog().waitFor();
    assert.equal(await pressed(), 0);
  });
});
