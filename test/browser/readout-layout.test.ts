import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { openFixture } from './pages.ts';
import type { FixturePage } from './pages.ts';
import { READOUT_STATES, showReadout } from './readout-states.ts';

const READOUT = '#headroom_txt2img_readout';

let browser: Browser;
let fixture: FixturePage;
before(async () => {
  browser = await launchChromium();
  fixture = await openFixture(browser, 'webui');
  await fixture.page.locator(`${READOUT}[aria-busy=false]`).waitFor();
});
after(async () => {
  assert.deepEqual(fixture.errors, []);
  await browser.close();
});

type Font = 'usual' | 'wide';

async function show(width: number, state: string, font: Font = 'usual'): Promise<Page> {
  const { page } = fixture;
  await page.evaluate(
    `document.querySelector('#txt2img_column_size').style.width = '${width}px'; document.body.classList.toggle('wide', ${font === 'wide'})`,
  );
  await showReadout(fixture, state);
  return page;
}

/** Elements that reach out of the readout's sides, or whose own text does not fit into them. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`{
    const root = document.querySelector('${READOUT}');
    const { left, right } = root.getBoundingClientRect();
    [root, ...root.querySelectorAll(':not(.headroom-only-read)')]
      .filter((node) => {
        const box = node.getBoundingClientRect();
        if (box.width === 0) return false;
        const cut = !(node instanceof SVGElement) && getComputedStyle(node).display !== 'inline' && node.textContent !== '' && node.scrollWidth > node.clientWidth + 1;
        return cut || box.left < left - 0.5 || box.right > right + 0.5;
      })
      .map((node) => node.getAttribute('class') + ': ' + node.textContent);
  }`);
}

const SIZES = [180, 234, 400, 800].flatMap((width) => (['usual', 'wide'] as const).map((font) => ({ width, font })));

for (const { width, font } of SIZES) {
  describe(`in a column of ${width} px, in the ${font} font`, () => {
    for (const state of Object.keys(READOUT_STATES)) {
      test(`nothing of the readout sticks out or is cut: ${state}`, async () => {
        const page = await show(width, state, font);
        const summary = page.locator(`${READOUT} summary`);
        assert.deepEqual(await overflowing(page), []);
        await summary.click();
        assert.deepEqual(await overflowing(page), []);
        await page.keyboard.press('Escape');
        assert.equal(await page.locator(`${READOUT} [open]`).count(), 0);
      });
    }
  });
}

test('the readout is as tall in every state, so that no control below it moves', async () => {
  for (const { width, font } of SIZES) {
    const heights = new Map<string, number | undefined>();
    for (const state of Object.keys(READOUT_STATES))
      heights.set(state, (await (await show(width, state, font)).locator(READOUT).boundingBox())?.height);
    assert.equal(new Set(heights.values()).size, 1, `${width} px, ${font}: ${JSON.stringify([...heights])}`);
  }
});

describe('details that are opened', () => {
  const VIEW = { width: 1200, height: 900 };
  after(() => fixture.page.setViewportSize(VIEW));

  /** Opens the details of the readout and says where they are. */
  async function opened(page: Page): Promise<{ top: number; bottom: number; covered: string[] }> {
    await page.locator(`${READOUT} summary`).click();
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

  test('are in sight where the readout is at the foot of the window', async () => {
    const page = await show(400, 'will not fit');
    const foot = await page.evaluate<number>(
      `document.querySelector('${READOUT}').getBoundingClientRect().bottom + scrollY`,
    );
    await page.evaluate("document.querySelector('#txt2img_column_size').style.paddingTop = '300px'");
    await page.setViewportSize({ width: VIEW.width, height: Math.round(foot + 300 + 20) });
    const { top, bottom } = await opened(page);
    await page.evaluate("document.querySelector('#txt2img_column_size').style.paddingTop = ''");
    assert.ok(top >= 0 && bottom <= foot + 320, `${top} to ${bottom} of ${foot + 320}`);
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

test('its details lie over what is below: opening them moves nothing', async () => {
  const page = await show(234, 'will not fit');
  const below = page.locator('#txt2img_batch_size');
  const before = await below.boundingBox();
  await page.locator(`${READOUT} summary`).click();
  await page.locator(READOUT).getByText('43.3 GiB (42.4 GiB to 44.1 GiB)').waitFor();
  assert.deepEqual(await below.boundingBox(), before);
  const covered = await page.evaluate(`{
    const { x, y, width, height } = document.querySelector('${READOUT} .headroom-more').getBoundingClientRect();
    document.querySelector('${READOUT}').contains(document.elementFromPoint(x + width / 2, y + height / 2));
  }`);
  assert.equal(covered, true);
});
