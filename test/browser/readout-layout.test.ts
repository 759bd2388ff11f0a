import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import type { FixturePage } from './pages.ts';
import { overflowing } from './overflowing.ts';
import { simulatedState } from './states.ts';
import { openReadout, READOUT_STATES, showReadout } from './readout-states.ts';

const READOUT = '#headroom_txt2img_readout';
const { device: DEVICE } = simulatedState();
assert.ok(DEVICE !== null);

let browser: Browser;
let fixture: FixturePage;
before(async () => {
  browser = await launchChromium();
  fixture = await openReadout(browser);
});
after(async () => {
  assert.deepEqual(fixture.errors, []);
  await browser.close();
});

type Font = 'usual' | 'wide';

async function setColumn(width: number, font: Font): Promise<void> {
  await fixture.page.evaluate(
    `document.querySelector('#txt2img_column_size').style.width = '${width}px'; document.body.classList.toggle('wide', ${font === 'wide'})`,
  );
}

async function show(width: number, state: string, font: Font = 'usual'): Promise<Page> {
  await setColumn(width, font);
  await showReadout(fixture, state);
  return fixture.page;
}

/** As wide as the WebUI makes it in windows of 1920, 1280, 768 and 390 px, and what is wider and narrower than all. */
const SIZES = [800, 490, 362, 262, 234, 180].flatMap((width) =>
  (['usual', 'wide'] as const).map((font) => ({ width, font })),
);

for (const { width, font } of SIZES) {
  describe(`in a column of ${width} px, in the ${font} font`, () => {
    for (const state of Object.keys(READOUT_STATES)) {
      test(`nothing of the readout sticks out or is cut: ${state}`, async () => {
        const page = await show(width, state, font);
        const summary = page.locator(`${READOUT} summary`);
        assert.deepEqual(await overflowing(page, READOUT), []);
        await summary.click();
        assert.deepEqual(await overflowing(page, READOUT), []);
        await page.keyboard.press('Escape');
        assert.equal(await page.locator(`${READOUT} [open]`).count(), 0);
      });
    }
  });
}

/** Of Gradio's sliders, one over the other. */
const TWO_SLIDER_ROWS_PX = 138;

describe('the readout', () => {
  /** In each state, by column and font. */
  const heights = new Map<string, Record<string, number>>();
  before(async () => {
    for (const state of Object.keys(READOUT_STATES)) {
      await showReadout(fixture, state);
      for (const { width, font } of SIZES) {
        await setColumn(width, font);
        const box = await fixture.page.locator(READOUT).boundingBox();
        heights.set(`${width} ${font}`, { ...heights.get(`${width} ${font}`), [state]: box?.height ?? 0 });
      }
    }
  });

  test('is as tall in every state, so that no control below it moves', () => {
    for (const [size, inStates] of heights)
      assert.equal(new Set(Object.values(inStates)).size, 1, `${size}: ${JSON.stringify(inStates)}`);
  });

  test('is no higher than two slider rows in the columns that it has in windows of 1280 px and more', () => {
    for (const width of [362, 490, 800])
      for (const [state, height] of Object.entries(heights.get(`${width} usual`) ?? {}))
        assert.ok(height > 0 && height <= TWO_SLIDER_ROWS_PX, `${width} px, ${state}: ${height} px`);
  });
});

describe('details that are opened', () => {
  const VIEW = { width: 1200, height: 900 };
  after(() => fixture.page.setViewportSize(VIEW));

  /** Opens the details of the readout and says where they are. */
  async function opened(page: Page): Promise<{ top: number; bottom: number; covered: string[] }> {
    await page.locator(`${READOUT} summary`).click();
    await page.locator(`${READOUT} [data-place]`).waitFor();
    // A details tells that it was opened a moment later.
    await page.evaluate('new Promise((done) => setTimeout(() => requestAnimationFrame(done), 50))');
    const found = await page.evaluate<{ top: number; bottom: number; covered: string[] }>(`{
      const box = document.querySelector('${READOUT} .headroom-more').getBoundingClientRect();
      const covered = [...document.querySelectorAll('#tab_txt2img input[type=range]')].filter((slider) => {
        const { x, y, width, height } = slider.getBoundingClientRect();
        return width > 0 && x < box.right && x + width > box.left && y < box.bottom && y + height > box.top;
      });
      ({ top: box.top, bottom: box.bottom, covered: covered.map((slider) => slider.ariaLabel) });
    }`);
    await page.keyboard.press('Escape');
    return found;
  }
  const place = (page: Page) => page.locator(`${READOUT} .headroom-more`).getAttribute('data-place');
  /** Room around the size sliders, as the WebUI's other controls take it. */
  async function around(page: Page, { above, below }: { above: number; below: number }): Promise<void> {
    const style = `document.querySelector('#txt2img_column_size').style`;
    await page.evaluate(`${style}.marginTop = '${above}px'; ${style}.marginBottom = '${below}px'`);
  }

  test('lie below where there is room, and move nothing', async () => {
    const page = await show(400, 'will not fit');
    await around(page, { above: 0, below: 400 });
    const below = page.locator('#txt2img_batch_size');
    const before = await below.boundingBox();
    const { covered } = await opened(page);
    assert.deepEqual([await place(page), covered, await below.boundingBox()], ['below', [], before]);
    await around(page, { above: 0, below: 0 });
  });

  test('lie above the sliders, and cover none, where the readout is at the foot of the window', async () => {
    const page = await show(400, 'will not fit');
    const foot = await page.evaluate<number>(
      `document.querySelector('${READOUT}').getBoundingClientRect().bottom + scrollY`,
    );
    await around(page, { above: 400, below: 0 });
    await page.setViewportSize({ width: VIEW.width, height: Math.round(foot + 400 + 20) });
    const { top, bottom, covered } = await opened(page);
    assert.deepEqual([await place(page), covered], ['above', []]);
    assert.ok(top >= 0 && bottom <= foot + 420, `${top} to ${bottom} of ${foot + 420}`);
    await around(page, { above: 0, below: 0 });
    await page.setViewportSize(VIEW);
  });

  test('take a place of their own where neither is', async () => {
    const page = await show(400, 'will not fit');
    const { covered } = await opened(page);
    assert.deepEqual([await place(page), covered], ['inside', []]);
  });

  test('that grow over a slider while they are open move away from it', async () => {
    const page = await show(400, 'fits');
    await around(page, { above: 0, below: 260 });
    await page.locator(`${READOUT} summary`).click();
    await page.locator(`${READOUT} [data-place=below]`).waitFor();
    fixture.sidecar.sendState({ device: { ...DEVICE, name: 'A card of a long name. '.repeat(40) } });
    await page.locator(`${READOUT} [data-place=inside]`).waitFor();
    await page.keyboard.press('Escape');
    fixture.sidecar.sendState({ device: DEVICE });
    await around(page, { above: 0, below: 0 });
  });

  test('are in sight at a zoom of 200 %, and cover no slider', async () => {
    const page = await show(262, 'fits');
    // A window of 1280 x 900 px, in CSS pixels.
    await page.setViewportSize({ width: 640, height: 450 });
    assert.deepEqual(await overflowing(page, READOUT), []);
    const { top, bottom, covered } = await opened(page);
    assert.deepEqual(covered, []);
    assert.ok(top >= 0 && bottom < 451, `${top} to ${bottom}`);
  });

  test('are in sight on a phone and cover no slider', async () => {
    const page = await show(358, 'will not fit');
    for (const height of [844, 420]) {
      await page.setViewportSize({ width: 390, height });
      const { top, bottom, covered } = await opened(page);
      assert.deepEqual(covered, []);
      assert.ok(top >= 0 && bottom <= height, `${top} to ${bottom} of ${height}`);
    }
  });
});

test('nothing of it is cut by an ellipsis', async () => {
  const page = await show(234, 'adapts');
  const cut = await page.evaluate<string[]>(`[...document.querySelectorAll('${READOUT} *')]
    .filter((node) => getComputedStyle(node).textOverflow === 'ellipsis' || getComputedStyle(node).webkitLineClamp !== 'none')
    .map((node) => node.className)`);
  assert.deepEqual(cut, []);
});
