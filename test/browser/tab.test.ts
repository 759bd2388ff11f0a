import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { FakeSidecar } from './fake-sidecar.ts';
import { openFixture } from './pages.ts';
import type { FixturePage } from './pages.ts';
import { HOSTILE, runRow } from './states.ts';

let browser: Browser;
let fixture: FixturePage;
before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());
afterEach(async () => {
  assert.deepEqual(fixture.errors, []);
  await fixture.close();
});

/** Opens the page with its Headroom tab in front. */
async function open(prepare: (sidecar: FakeSidecar) => void = () => undefined): Promise<FixturePage> {
  const sidecar = new FakeSidecar();
  prepare(sidecar);
  fixture = await openFixture(browser, 'webui', sidecar);
  await fixture.page.getByRole('button', { name: 'Headroom' }).click();
  await fixture.page.getByRole('heading', { name: 'What was found' }).waitFor();
  return fixture;
}

describe('the tab', () => {
  test('says what was found and who uses it', async () => {
    const { page } = await open();
    const found = page.getByRole('region', { name: 'What was found' });
    const text = await found.innerText();
    for (const part of [
      'NVIDIA GeForce RTX 3070 (simulated)',
      '550.54.15',
      '8.0 GiB',
      'python (pid 4242): 2.3 GiB',
      'the driver does not say',
    ]) {
      assert.ok(text.includes(part), `${part} in ${text}`);
    }
    await found.getByText('Calibration key').click();
    await found.getByText('dtype_unet').waitFor();
  });

  test('shows names from files and drivers as text', async () => {
    const { page } = await open((sidecar) => {
      const { environment } = sidecar.state;
      assert.ok(environment);
      sidecar.state.environment = { ...environment, checkpoint: HOSTILE, key: { sd_vae: HOSTILE } };
      sidecar.state.processes = [{ pid: 1, name: HOSTILE, usedMiB: 1 }];
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

  test('follows memory as it moves', async () => {
    const { page, sidecar } = await open();
    sidecar.send({
      type: 'memory',
      atMs: 1,
      usedMiB: 4096,
      totalMiB: 8192,
      webuiMiB: 3072,
      othersMiB: 1024,
    });
    await page.getByText('4.0 GiB of 8.0 GiB: 3.0 GiB by the WebUI, 1.0 GiB by others').waitFor();
  });

  test('fills the place of a page that has nothing else', async () => {
    fixture = await openFixture(browser, 'plain');
    await fixture.page.getByRole('button', { name: 'Run Benchmark' }).waitFor();
  });
});

describe('a memory source that fails', () => {
  const LAST = '2.9 GiB of 8.0 GiB: 2.3 GiB by the WebUI, 600 MiB by others';
  const mismatch = {
    kind: 'nvidia-smi',
    label: 'VRAM',
    health: 'unavailable',
    reason: 'driver-mismatch',
    remark: { code: 'failed', reason: 'driver-mismatch' },
  } as const;
  const reading = (usedMiB: number) => ({
    type: 'memory' as const,
    atMs: 1,
    usedMiB,
    totalMiB: 8192,
    webuiMiB: 2400,
    othersMiB: usedMiB - 2400,
  });

  test('leaves nothing of before in the tab as if it were current: neither how much, nor by whom', async () => {
    const { page, sidecar } = await open();
    sidecar.send(reading(3000));
    await page.getByText(LAST).waitFor();
    const { device, devices, processes, source } = sidecar.state;
    // As the sidecar has told it until now: with the last list of who uses the card.
    sidecar.sendState({ source: mismatch, device: null, devices: [] });
    const found = page.getByRole('region', { name: 'What was found' });
    await found.getByText('Restart the machine.').waitFor();
    const text = await found.innerText();
    assert.match(text, /In use now\s+not known/);
    assert.doesNotMatch(text, /2\.3 GiB|By whom/);
    sidecar.sendState({ source, device, devices, processes });
    await page.getByText('2.9 GiB of 8.0 GiB').waitFor();
    await found.getByText('python (pid 4242): 2.3 GiB').waitFor();
  });

  test('is told as soon as the connection is gone, too', async () => {
    const { page, sidecar } = await open();
    sidecar.send(reading(3000));
    await page.getByText(LAST).waitFor();
    sidecar.start(sidecar.state.defaults);
    await page.getByText('1 min 30 s left').waitFor();
    sidecar.send({ type: 'sidecar', state: 'restarting', message: 'It starts again.', canRestart: false });
    await page.getByText('Warming up, then up to 12 runs, when last heard of').waitFor();
    const text = await page.locator('#headroom_tab').innerText();
    assert.doesNotMatch(text, /2\.3 GiB|By whom|\d s left/);
  });
});

describe('the tab of a WebUI that is given no estimate', () => {
  test('says why, and offers neither benchmark nor curves; what was measured stays', async () => {
    const { page, sidecar } = await open((fake) => {
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

describe('the benchmark form', () => {
  test('begins with the defaults and tells how many runs they are', async () => {
    const { page } = await open();
    assert.equal(await page.getByLabel('Max image size (px)').first().inputValue(), '1024');
    await page.getByText('24 runs, about 4 min').waitFor();
    await page.getByRole('checkbox', { name: 'img2img' }).uncheck();
    await page.getByText('18 runs').waitFor();
  });

  test('keeps what a person has chosen when a new state comes', async () => {
    const { page, sidecar } = await open();
    await page.getByLabel('Max image size (px)').first().fill('768');
    sidecar.sendState({ defaults: { ...sidecar.state.defaults, maxSizePx: 2048 } });
    await page.getByText('24 runs').waitFor();
    assert.equal(await page.getByLabel('Max image size (px)').first().inputValue(), '768');
  });

  test('keeps a size whose field was emptied', async () => {
    const { page } = await open();
    const field = page.getByLabel('Max image size (px)').first();
    await field.fill('768');
    await field.fill('');
    await page.keyboard.press('Tab');
    assert.equal(await field.inputValue(), '768');
  });

  test('starts with the sizes that the sliders allow, by keyboard alone', async () => {
    const { page, sidecar } = await open();
    await page.getByLabel('Max image size (px)').first().fill('1000');
    await page.getByLabel('Max batch size').first().fill('99');
    await page.keyboard.press('Enter');
    await page.getByText('Warming up, then up to 12 runs').waitFor();
    const [order] = sidecar.ordersOf('benchmark-start');
    assert.ok(order?.type === 'benchmark-start');
    assert.deepEqual([order.options.maxSizePx, order.options.maxBatchSize], [1024, 16]);
  });

  test('cannot start without an operation', async () => {
    const { page } = await open();
    for (const box of await page.getByRole('checkbox').all()) if (await box.isVisible()) await box.uncheck();
    await page.getByText('Choose at least one operation.').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Run Benchmark' }).isDisabled());
  });

  test('cannot start before the WebUI has said what it runs on', async () => {
    const { page, sidecar } = await open((fake) => (fake.state.environment = null));
    assert.ok(await page.getByRole('button', { name: 'Run Benchmark' }).isDisabled());
    await page.getByText('The benchmark runs in the WebUI, which is not connected.').waitFor();
    assert.deepEqual(sidecar.ordersOf('benchmark-plan'), []);
  });

  test('asks once for the runs of a slider that is dragged', async () => {
    const { page, sidecar } = await open();
    await page.getByText('24 runs').waitFor();
    const before = sidecar.ordersOf('benchmark-plan').length;
    await page.evaluate(`for (let step = 0; step < 100; step += 1) {
      const slider = document.querySelector('#headroom_tab .headroom-range');
      slider.value = String(256 + 64 * (step % 20));
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    }`);
    await page.getByText('24 runs').waitFor();
    const [order] = sidecar.ordersOf('benchmark-plan').slice(before);
    assert.ok(order?.type === 'benchmark-plan');
    assert.equal(order.options.maxSizePx, 256 + 64 * 19);
    assert.equal(sidecar.ordersOf('benchmark-plan').length, before + 1);
  });

  test('offers to go on where a benchmark stopped, or to start over', async () => {
    const { page, sidecar } = await open((fake) => {
      const resumable = { runsDone: 7, runsPlanned: 24, options: fake.state.defaults };
      fake.state.benchmark = {
        state: 'idle',
        resumable,
        last: { result: 'interrupted', ending: { code: 'host-gone' } },
      };
    });
    await page.getByText('after 7 of 24 runs').waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByText('Warming up, then up to 12 runs').waitFor();
    const orders = sidecar.received
      .map(({ type }) => type)
      .filter((type) => /^benchmark-(resume|discard|start)$/.test(type));
    assert.deepEqual(orders, ['benchmark-resume', 'benchmark-discard', 'benchmark-start']);
  });

  test('says why an order was refused', async () => {
    const { page, sidecar } = await open();
    sidecar.send({ type: 'refused', refusal: { code: 'running', wanted: 'this' } });
    await page.getByRole('alert').getByText('A benchmark is running already.').waitFor();
  });
});

describe('a running benchmark', () => {
  test('shows the run in hand and the time left, and can be cancelled', async () => {
    const { page, sidecar } = await open();
    await page.getByRole('button', { name: 'Run Benchmark' }).click();
    const settings = { operation: 'txt2img' as const, width: 768, height: 768, batchSize: 2, hires: null };
    const running = {
      state: 'running' as const,
      options: sidecar.state.defaults,
      run: 5,
      runsPlanned: 24,
      settings,
      timeLeftMs: 125_000,
      doing: { code: 'planning' as const },
    };
    sidecar.send({ type: 'benchmark', benchmark: running });
    await page.getByText('Run 5 of up to 24: txt2img, 768x768, batch size 2').waitFor();
    await page.getByText('2 min 05 s left').waitFor();
    assert.equal(await page.getByText('Run 5 of up to 24').count(), 1);
    // As Gradio's default theme has it.
    await page.evaluate("document.documentElement.style.setProperty('--slider-color', 'auto')");
    const fill = await page.evaluate(
      "getComputedStyle(document.querySelector('[role=progressbar] > span')).backgroundColor",
    );
    assert.notEqual(fill, 'rgba(0, 0, 0, 0)');
    assert.equal(await page.getByRole('progressbar').getAttribute('aria-valuenow'), '4');
    await page.getByRole('img', { name: 'Memory in use over the last two minutes' }).locator('canvas').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('The benchmark was cancelled.').waitFor();
  });
});

test('a benchmark is started and cancelled by keyboard, and the focus is never lost', async () => {
  const { page } = await open();
  const focused = () => page.evaluate('document.activeElement.id');
  await page.getByRole('button', { name: 'Run Benchmark' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Warming up, then up to 12 runs').waitFor();
  assert.equal(await focused(), 'headroom_cancel');
  await page.keyboard.press('Enter');
  await page.getByText('The benchmark was cancelled.').waitFor();
  assert.equal(await focused(), 'headroom_run');
});

describe('results', () => {
  test('draw a plot for each operation that has runs, and say so where there are none', async () => {
    const { page } = await open();
    const plot = page.getByRole('img', { name: /Peak memory of txt2img against image size/ });
    await plot.locator('canvas').waitFor();
    await page.getByRole('radio', { name: 'img2img' }).check();
    await page.getByText('No runs of img2img under this calibration key yet.').waitFor();
    await page.getByRole('radio', { name: 'txt2img' }).check();
    await page.getByText("All of the WebUI's own: what others use is left out.").waitFor();
    assert.equal(await page.getByText('Pale: hires fix from another size').isVisible(), false);
    await page.getByRole('radio', { name: 'hires fix, latent upscaler' }).check();
    await page.getByText('Pale: hires fix from another size').waitFor();
  });

  test('list runs with what was estimated and what was measured', async () => {
    const { page } = await open((sidecar) => {
      sidecar.rows = [runRow(), runRow({ runId: 'run-2', outcome: 'oom', webuiPeakMiB: 7168, marks: ['spilled'] })];
    });
    const rows = await page.getByRole('row').allInnerTexts();
    assert.match(rows[1] ?? '', /512x512\s+ran\s+3\.0 GiB\s+2\.9 GiB\s+\+3\.3 %\s+3\.2 s/);
    assert.match(rows[2] ?? '', /out of memory\s+3\.0 GiB\s+at least 7\.0 GiB\s+3\.2 s\s+spilled/);
  });

  test('are forgotten only after a second word', async () => {
    const { page, sidecar } = await open((fake) => (fake.rows = [runRow()]));
    await page.getByRole('button', { name: 'Forget these runs' }).click();
    await page.getByRole('button', { name: 'Keep them' }).click();
    assert.equal(sidecar.ordersOf('forget-runs').length, 0);
    await page.getByRole('button', { name: 'Forget these runs' }).click();
    await page.getByRole('button', { name: 'Forget', exact: true }).click();
    await page.getByText('No runs yet.', { exact: false }).first().waitFor();
    assert.deepEqual(sidecar.ordersOf('forget-runs'), [
      { type: 'forget-runs', keyHash: sidecar.state.keyHash, which: 'all' },
    ]);
  });
});

describe('imported runs', () => {
  const imported = { runId: 'theirs', imported: true, marks: ['own-runs-count' as const] };

  test('are told from those that were measured here', async () => {
    const { page } = await open((sidecar) => (sidecar.rows = [runRow(), runRow(imported)]));
    const rows = await page.getByRole('row').allInnerTexts();
    assert.doesNotMatch(rows[1] ?? '', /imported/);
    assert.match(rows[2] ?? '', /, imported\s.*own runs count/s);
  });

  test('are forgotten by themselves', async () => {
    const { page, sidecar } = await open((fake) => {
      fake.rows = [runRow(), runRow(imported)];
      fake.state.calibration = { ...fake.state.calibration, kept: 2, imported: 1 };
    });
    await page.getByRole('button', { name: 'Forget imported runs' }).click();
    await page.getByText('Forget the 1 run imported under this key?').waitFor();
    await page.getByRole('button', { name: 'Forget', exact: true }).click();
    await page.getByRole('button', { name: 'Forget imported runs' }).waitFor({ state: 'hidden' });
    assert.deepEqual(sidecar.ordersOf('forget-runs'), [
      { type: 'forget-runs', keyHash: sidecar.state.keyHash, which: 'imported' },
    ]);
  });
});

describe('words about the last benchmark', () => {
  const finished = {
    state: 'idle' as const,
    resumable: null,
    last: {
      result: 'finished' as const,
      ending: {
        code: 'finished' as const,
        why: 'all-runs' as const,
        runs: 24,
        marked: 0,
        leftOut: [],
        notReached: null,
      },
    },
  };

  test('make way for the refusal of the next order', async () => {
    const { page, sidecar } = await open((fake) => (fake.state.benchmark = finished));
    await page.getByText('The benchmark has finished: 24 runs.').waitFor();
    sidecar.refusal = { code: 'unable', why: { code: 'attention-adapts' } };
    await page.getByRole('button', { name: 'Run Benchmark' }).click();
    await page.getByRole('alert').getByText('The attention optimisation in force slices its work').waitFor();
    assert.equal(await page.getByText('The benchmark has finished: 24 runs.').isVisible(), false);
    // Nor do they come back with whatever the sidecar tells next.
    sidecar.sendState({ notices: [{ level: 'info', notice: { code: 'left-behind', leftMiB: 300 } }] });
    await page.getByText('The WebUI holds 300 MiB more').waitFor();
    assert.equal(await page.getByText('The benchmark has finished: 24 runs.').isVisible(), false);
  });

  test('are said again when the next one has ended the same way', async () => {
    const { page, sidecar } = await open((fake) => (fake.state.benchmark = finished));
    await page.getByRole('button', { name: 'Run Benchmark' }).click();
    await page.getByText('Warming up, then up to 12 runs').waitFor();
    sidecar.sendState({ benchmark: finished });
    await page.getByText('The benchmark has finished: 24 runs.').waitFor();
  });
});

describe('the focus is not lost', () => {
  const focusIn = (page: FixturePage['page'], selector: string) =>
    page.waitForFunction(`document.querySelector('${selector}').contains(document.activeElement)`);

  test('by Open Headroom, which hides itself with its tab', async () => {
    fixture = await openFixture(browser, 'webui');
    const { page, sidecar } = fixture;
    await page.locator('#headroom_txt2img_readout[aria-busy=false]').waitFor();
    sidecar.answerAgain({
      status: 'not-calibrated',
      why: { code: 'finding', finding: { code: 'not-fitted', reason: 'no-runs' }, unsliceable: [] },
      totalMiB: 8192,
      webuiMiB: 1,
      othersMiB: 1,
    });
    await page.locator('#headroom_txt2img_readout').getByRole('button', { name: 'Open Headroom' }).focus();
    await page.keyboard.press('Enter');
    await focusIn(page, '#headroom_tab');
  });

  test('by forgetting the runs, nor by Restart', async () => {
    const { page, sidecar } = await open((fake) => (fake.rows = [runRow()]));
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

test('Escape keeps the runs, as does the button', async () => {
  const { page, sidecar } = await open((fake) => (fake.rows = [runRow()]));
  await page.getByRole('button', { name: 'Forget these runs' }).click();
  await page.getByRole('button', { name: 'Keep them' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Keep them' }).waitFor({ state: 'hidden' });
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Forget these runs');
  assert.equal(sidecar.ordersOf('forget-runs').length, 0);
});

describe('plots', () => {
  /** Every left axis: the ink in its outermost pixels, and in the whole of it. */
  function ink(page: FixturePage['page']): Promise<{ edge: number; all: number }[]> {
    return page.evaluate<{ edge: number; all: number }[]>(`{
      [...document.querySelectorAll('#headroom_tab .headroom-plot canvas')].map((canvas) => {
        const inked = (from, width) => canvas.getContext('2d').getImageData(from, 0, width, canvas.height - 30).data.filter((_, index) => index % 4 === 3).filter((alpha) => alpha > 0).length;
        return { edge: inked(0, 1), all: inked(0, 60) };
      });
    }`);
  }

  for (const wide of [false, true]) {
    test(`the labels of the left axis are whole in ${wide ? 'a wide' : 'the usual'} font`, async () => {
      const { page, sidecar } = await open();
      await page.evaluate(`document.body.classList.toggle('wide', ${wide})`);
      const curves = sidecar.ordersOf('curves').at(-1);
      assert.ok(curves?.type === 'curves');
      const requiredMiB = [3000, 200_000];
      sidecar.send({
        type: 'curves',
        requestId: curves.requestId,
        operation: 'txt2img',
        sizesPx: [256, 1024],
        lines: [{ batchSize: 1, requiredMiB, peakMiB: requiredMiB }],
        points: [],
        roomMiB: 262_144,
      });
      await page
        .getByRole('img', { name: /195\.3 GiB at 1024 px/ })
        .first()
        .waitFor();
      await page.waitForTimeout(100);
      const plots = await ink(page);
      assert.equal(plots.length, 2);
      for (const { edge, all } of plots) {
        assert.ok(all > 0, 'nothing was drawn');
        assert.equal(edge, 0);
      }
    });
  }
});

test('with forced colours what tells by its colour alone still does', async () => {
  const { page, sidecar } = await open();
  await page.emulateMedia({ forcedColors: 'active' });
  sidecar.start(sidecar.state.defaults);
  await page.getByText('Warming up, then up to 12 runs').waitFor();
  sidecar.send({
    type: 'benchmark',
    benchmark: {
      state: 'running',
      options: sidecar.state.defaults,
      run: 5,
      runsPlanned: 12,
      settings: null,
      timeLeftMs: null,
      doing: { code: 'planning' as const },
    },
  });
  await page.getByText('Run 5 of up to 12').waitFor();
  const colours = await page.evaluate<string[][]>(`{
    const colour = (node, part) => { const style = getComputedStyle(node, part); return style.backgroundColor + ' ' + style.backgroundImage; };
    const swatches = ['required', 'peak', 'others', 'webui'].map((part) => colour(document.querySelector('.headroom-swatch-' + part), '::before'));
    const line = document.querySelector('[role=progressbar]');
    [swatches, [colour(line.firstElementChild), colour(line)]];
  }`);
  for (const beside of colours) assert.equal(new Set(beside).size, beside.length, beside.join(' / '));
});

describe('a sidecar that has stopped', () => {
  test('can be started again from the tab', async () => {
    const { page, sidecar } = await open();
    await page.getByText('2.9 GiB of 8.0 GiB').waitFor();
    sidecar.send({ type: 'sidecar', state: 'stopped', message: 'It stopped three times in a row.', canRestart: true });
    // Nothing is shown as of now that is of before.
    await page.getByText('2.9 GiB of 8.0 GiB').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Restart' }).click();
    for (let tries = 0; tries < 200 && sidecar.ordersOf('restart-sidecar').length === 0; tries += 1)
      await page.waitForTimeout(50);
    assert.equal(sidecar.ordersOf('restart-sidecar').length, 1);
    assert.ok(await page.getByRole('button', { name: 'Run Benchmark' }).isDisabled());
    sidecar.send({ type: 'sidecar', state: 'running', message: 'It runs.', canRestart: true });
    await page.getByRole('button', { name: 'Restart' }).waitFor({ state: 'hidden' });
    assert.ok(await page.getByRole('button', { name: 'Run Benchmark' }).isEnabled());
  });
});
