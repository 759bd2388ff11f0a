/** The tab's benchmark: its form, its progress and its end. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pageOfEach } from './with-page.ts';

const { openTab } = pageOfEach();

describe('the benchmark form', () => {
  test('begins with the defaults and tells how many runs they are', async () => {
    const { page } = await openTab();
    assert.equal(await page.getByLabel('Max image size (px)').first().inputValue(), '1024');
    await page.getByText('24 runs, about 4 min by what runs took so far').waitFor();
    await page.getByRole('checkbox', { name: 'img2img' }).uncheck();
    await page.getByText('18 runs').waitFor();
  });

  test('keeps what a person has chosen when a new state comes', async () => {
    const { page, sidecar } = await openTab();
    await page.getByLabel('Max image size (px)').first().fill('768');
    sidecar.sendState({ defaults: { ...sidecar.state.defaults, maxSizePx: 2048 } });
    await page.getByText('24 runs').waitFor();
    assert.equal(await page.getByLabel('Max image size (px)').first().inputValue(), '768');
  });

  test('keeps a size whose field was emptied', async () => {
    const { page } = await openTab();
    const field = page.getByLabel('Max image size (px)').first();
    await field.fill('768');
    await field.fill('');
    await page.keyboard.press('Tab');
    assert.equal(await field.inputValue(), '768');
  });

  test('starts with the sizes that the sliders allow, by keyboard alone', async () => {
    const { page, sidecar } = await openTab();
    await page.getByLabel('Max image size (px)').first().fill('1000');
    await page.getByLabel('Max batch size').first().fill('99');
    await page.keyboard.press('Enter');
    await page.getByText('Warming up, then up to 12 runs').waitFor();
    const [order] = sidecar.ordersOf('benchmark-start');
    assert.ok(order?.type === 'benchmark-start');
    assert.deepEqual([order.options.maxSizePx, order.options.maxBatchSize], [1024, 16]);
  });

  test('cannot start without an operation', async () => {
    const { page } = await openTab();
    for (const box of await page.getByRole('checkbox').all()) if (await box.isVisible()) await box.uncheck();
    await page.getByText('Choose at least one operation.').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Run Benchmark' }).isDisabled());
  });

  test('cannot start before the WebUI has said what it runs on', async () => {
    const { page, sidecar } = await openTab((fake) => (fake.state.environment = null));
    assert.ok(await page.getByRole('button', { name: 'Run Benchmark' }).isDisabled());
    await page.getByText('Not connected: no benchmark can run now.').waitFor();
    assert.deepEqual(sidecar.ordersOf('benchmark-plan'), []);
  });

  test('asks once for the runs of a slider that is dragged', async () => {
    const { page, sidecar } = await openTab();
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
    const { page, sidecar } = await openTab((fake) => {
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
    const { page, sidecar } = await openTab();
    sidecar.send({ type: 'refused', refusal: { code: 'running', wanted: 'this' } });
    await page.getByRole('alert').getByText('A benchmark is running already.').waitFor();
  });
});

describe('a running benchmark', () => {
  test('shows the run in hand and the time left, and can be cancelled', async () => {
    const { page, sidecar } = await openTab();
    await page.getByRole('button', { name: 'Run Benchmark' }).click();
    const settings = { operation: 'txt2img' as const, width: 768, height: 768, batchSize: 2, hires: null };
    const running = {
      state: 'running' as const,
      options: sidecar.state.defaults,
      run: 5,
      runsPlanned: 24,
      settings,
      capMiB: 3584,
      timeLeftMs: 125_000,
      doing: { code: 'planning' as const },
    };
    sidecar.send({ type: 'benchmark', benchmark: running });
    await page.getByText('Run 5 of up to 24: txt2img, 768x768, batch size 2, with 3.5 GiB at most').waitFor();
    await page.getByText('2 min 05 s left').waitFor();
    assert.equal(await page.getByText('Run 5 of up to 24').count(), 1);
    // As Gradio's default theme has it.
    await page.evaluate("document.documentElement.style.setProperty('--slider-color', 'auto')");
    const fill = await page.evaluate(
      "getComputedStyle(document.querySelector('[role=progressbar] > span')).backgroundColor",
    );
    assert.notEqual(fill, 'rgba(0, 0, 0, 0)');
    assert.equal(await page.getByRole('progressbar').getAttribute('aria-valuenow'), '4');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('The benchmark was cancelled.').waitFor();
  });
});

test('a benchmark is started and cancelled by keyboard, and the focus is never lost', async () => {
  const { page } = await openTab();
  const focused = () => page.evaluate('document.activeElement.id');
  await page.getByRole('button', { name: 'Run Benchmark' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Warming up, then up to 12 runs').waitFor();
  assert.equal(await focused(), 'headroom_cancel');
  await page.keyboard.press('Enter');
  await page.getByText('The benchmark was cancelled.').waitFor();
  assert.equal(await focused(), 'headroom_run');
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
    const { page, sidecar } = await openTab((fake) => (fake.state.benchmark = finished));
    await page.getByText('The benchmark has finished: 24 runs after the warm-up.').waitFor();
    sidecar.refusal = { code: 'unable', why: { code: 'attention-adapts' } };
    await page.getByRole('button', { name: 'Run Benchmark' }).click();
    await page.getByRole('alert').getByText('The attention in force is cut to fit the memory that is free').waitFor();
    assert.equal(await page.getByText('The benchmark has finished: 24 runs after the warm-up.').isVisible(), false);
    // Nor do they come back with whatever the sidecar tells next.
    sidecar.sendState({ notices: [{ level: 'info', notice: { code: 'left-behind', leftMiB: 300 } }] });
    await page.getByText('The WebUI holds 300 MiB more').waitFor();
    assert.equal(await page.getByText('The benchmark has finished: 24 runs after the warm-up.').isVisible(), false);
  });

  test('are said again when the next one has ended the same way', async () => {
    const { page, sidecar } = await openTab((fake) => (fake.state.benchmark = finished));
    await page.getByRole('button', { name: 'Run Benchmark' }).click();
    await page.getByText('Warming up, then up to 12 runs').waitFor();
    sidecar.sendState({ benchmark: finished });
    await page.getByText('The benchmark has finished: 24 runs after the warm-up.').waitFor();
  });
});

test('with forced colours what tells by its colour alone still does', async () => {
  const { page, sidecar } = await openTab();
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
      capMiB: null,
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
