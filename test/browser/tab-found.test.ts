/** What the tab says of what was found, and who gets the focus. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FixturePage } from './pages.ts';
import { HOSTILE, runRow } from './states.ts';
import { pageOfEach } from './with-page.ts';

const { open, openTab } = pageOfEach();

describe('the tab', () => {
  test('says what was found', async () => {
    const { page } = await openTab();
    const found = page.getByRole('region', { name: 'What was found' });
    const text = await found.innerText();
    for (const part of ['NVIDIA GeForce RTX 3070 (simulated)', '550.54.15', '8.0 GiB']) {
      assert.ok(text.includes(part), `${part} in ${text}`);
    }
    await found.getByText('Calibration key').click();
    await found.getByText('dtype_unet').waitFor();
  });

  test('shows names from files and drivers as text', async () => {
    const { page } = await openTab((sidecar) => {
      const { environment } = sidecar.state;
      assert.ok(environment);
      sidecar.state.environment = { ...environment, checkpoint: HOSTILE, key: { sd_vae: HOSTILE } };
      sidecar.live.holders.programs = [{ pid: 1, name: HOSTILE, kind: 'other', use: null, usedMiB: 400 }];
      const notice = { code: 'set-aside' as const, file: HOSTILE };
      sidecar.state.notices = [{ level: 'error', notice: { code: 'store', notice } }];
      const size = { width: 1024, height: 1024, uncroppedWidth: 1024, uncroppedHeight: 1024 };
      const hires = { ...size, upscaler: HOSTILE };
      sidecar.rows = [runRow({ settings: { operation: 'hires_image', width: 512, height: 512, batchSize: 1, hires } })];
    });
    await page.getByRole('cell', { name: HOSTILE }).waitFor();
    assert.equal(await page.locator('#headroom_tab img, #headroom_tab b').count(), 0);
    assert.equal(await page.evaluate('window.harmed'), undefined);
  });

  test('fills the place of a page that has nothing else', async () => {
    const { page } = await open('plain');
    await page.getByRole('button', { name: 'Run Benchmark' }).waitFor();
  });
});

describe('the tab of a WebUI that is given no estimate', () => {
  test('says why, and offers neither benchmark nor curves; what was measured stays', async () => {
    const { page, sidecar } = await openTab((fake) => {
      fake.rows = [runRow({ marks: ['webui-adapts'] })];
    });
    await page.getByRole('button', { name: 'Run Benchmark' }).waitFor();
    await page.getByRole('heading', { name: 'Memory against image size' }).waitFor();
    const why = { code: 'moves-networks' as const, name: 'Forge' };
    sidecar.sendState({
      abilities: { benchmark: false, estimate: false, reason: 'webui-adapts', why },
      calibration: { state: 'none', runs: 0, kept: 4, imported: 0, finding: { code: 'unable', why } },
    });
    await page
      .getByRole('region', { name: 'Benchmark' })
      .getByText('Forge moves networks on and off the card')
      .waitFor();
    await page.getByRole('button', { name: 'Run Benchmark' }).waitFor({ state: 'hidden' });
    assert.equal(await page.getByRole('heading', { name: 'Memory against image size' }).count(), 0);
    for (const gone of ['Max image size (px)', 'Generates images from small to large']) {
      assert.equal(await page.getByText(gone).first().isVisible(), false);
    }
    await page.getByRole('cell', { name: 'the WebUI adapts' }).waitFor();
    assert.equal(await page.getByText('Run the benchmark;').count(), 0);
    sidecar.sendState({ abilities: { benchmark: true, estimate: true, reason: null, why: null } });
    await page.getByRole('button', { name: 'Run Benchmark' }).waitFor();
  });
});

describe('the focus is not lost', () => {
  const focusIn = (page: FixturePage['page'], selector: string) =>
    page.waitForFunction(`document.querySelector('${selector}').contains(document.activeElement)`);

  test('by Run Benchmark in the readout, which goes to the tab', async () => {
    const { page, sidecar } = await open();
    await page.locator('#headroom_txt2img_readout[aria-busy=false]').waitFor();
    sidecar.answerAgain({
      status: 'not-calibrated',
      why: { code: 'finding', finding: { code: 'not-fitted', reason: 'no-runs' }, unsliceable: [] },
      totalMiB: 8192,
      webuiMiB: 1,
      othersMiB: 1,
    });
    await page.locator('#headroom_txt2img_readout').getByRole('button', { name: 'Run Benchmark' }).focus();
    await page.keyboard.press('Enter');
    await focusIn(page, '#headroom_tab');
  });

  test('by forgetting the runs, nor by Restart', async () => {
    const { page, sidecar } = await openTab((fake) => (fake.rows = [runRow()]));
    await page.getByRole('button', { name: 'Forget these runs' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Forget these runs' }).waitFor({ state: 'hidden' });
    await focusIn(page, '#headroom_tab');
    sidecar.send({ type: 'sidecar', state: 'stopped', message: 'It stopped.', canRestart: true });
    await page.getByRole('button', { name: 'Restart' }).focus();
    sidecar.send({ type: 'sidecar', state: 'running', message: 'It runs.', canRestart: true });
    await page.getByRole('button', { name: 'Restart' }).waitFor({ state: 'hidden' });
    await focusIn(page, '#headroom_tab');
  });
});
