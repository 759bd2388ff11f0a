/**
 * `npm run pictures`: the guide's pictures of the page, from the stand-in WebUI with a simulated 8 GB card and the
 * extension as it was built last. They are written into docs/guide/images; look at each before it is committed.
 */
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Locator, Page } from 'playwright-core';
import { ensureChromium } from './chromium.mjs';
import { ROOT } from './node24.mjs';
import { startStandIn } from './stand-in.ts';

const FOLDER = join(ROOT, 'docs', 'guide', 'images');
const CARD_GB = 8;
const LIMIT_MS = 120_000;
const BENCHMARK_LIMIT_MS = 10 * 60_000;
const MARGIN_PX = 12;
const ERROR =
  'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 4.50 GiB. GPU 0 has a total capacity of 8.00 GiB of which 1.27 GiB is free. Of the allocated memory 5.31 GiB is allocated by PyTorch, and 612.00 MiB is reserved by PyTorch but unallocated.';

/** All of the elements, with a little around them. */
async function shoot(page: Page, name: string, elements: readonly Locator[]): Promise<void> {
  // Boxes are measured from the window's corner, the picture is cut from the page's.
  await page.evaluate('scrollTo(0, 0)');
  const boxes = await Promise.all(elements.map(async (element) => (await element.boundingBox()) ?? null));
  const there = boxes.filter((box) => box !== null);
  const x = Math.max(0, Math.min(...there.map((box) => box.x)) - MARGIN_PX);
  const y = Math.max(0, Math.min(...there.map((box) => box.y)) - MARGIN_PX);
  const right = Math.max(...there.map((box) => box.x + box.width)) + MARGIN_PX;
  const bottom = Math.max(...there.map((box) => box.y + box.height)) + MARGIN_PX;
  const clip = { x, y, width: right - x, height: bottom - y };
  await page.screenshot({ path: join(FOLDER, `${name}.png`), clip, animations: 'disabled', fullPage: true });
  process.stdout.write(`${name}.png, ${Math.round(clip.width)} x ${Math.round(clip.height)}\n`);
}

async function set(page: Page, name: string, value: number): Promise<void> {
  const field = page.locator(`#txt2img_${name} input[type=number]`);
  await field.fill(String(value));
  await field.press('Tab');
}

async function openTab(page: Page, name: string): Promise<void> {
  await page.locator('#tabs > .tab-nav button', { hasText: new RegExp(`^\\s*${name}\\s*$`) }).click();
}

const readout = (page: Page) => page.locator('#headroom_txt2img_readout');

/** Settled, with the verdict that the picture is to show. */
async function says(page: Page, verdict: string): Promise<void> {
  await page
    .locator(`#headroom_txt2img_readout[data-state=${verdict}][aria-busy=false]`)
    .waitFor({ timeout: LIMIT_MS });
}

/** Nothing in the tab is still worked out: what is said then takes another height, and would move what is below. */
async function tabSettled(page: Page): Promise<void> {
  for (const text of ['Working it out', 'Counting the runs'])
    for (const place of await page.locator('#headroom_tab').getByText(text).all())
      await place.waitFor({ state: 'hidden', timeout: LIMIT_MS });
}

async function pictures(page: Page): Promise<void> {
  const sliders = page.locator('#txt2img_width, #txt2img_height').first();
  await says(page, 'fits');
  await shoot(page, 'fits', [sliders, readout(page)]);
  await set(page, 'width', 1536);
  await set(page, 'height', 1536);
  await set(page, 'batch_size', 4);
  await says(page, 'will-not-fit');
  await readout(page).getByRole('button', { name: 'Use' }).first().waitFor();
  await shoot(page, 'will-not-fit', [sliders, readout(page)]);
  await page.locator('#txt2img_generate').click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await shoot(page, 'generate', [dialog]);
  await page.keyboard.press('Escape');
  await openTab(page, 'Headroom');
  await page.locator('#headroom_run').click();
  await page.locator('#headroom_tab').getByText('finished').first().waitFor({ timeout: BENCHMARK_LIMIT_MS });
  await tabSettled(page);
  await shoot(page, 'tab', [page.locator('#headroom_tab')]);
  const explain = page.getByRole('region', { name: 'Explain an error' });
  await explain.getByLabel('Error text').fill(ERROR);
  await explain.getByRole('button', { name: 'Explain' }).click();
  await explain.getByText('The graphics card ran out of memory').waitFor();
  await tabSettled(page);
  await shoot(page, 'explain', [explain]);
}

const executablePath = ensureChromium(process.execPath);
if (executablePath === null) throw new Error('no Chromium was found: install one, or name it in HEADROOM_CHROMIUM');
const standIn = await startStandIn({ cardGb: CARD_GB });
const browser = await chromium.launch({ headless: true, args: ['--no-sandbox', '--disable-gpu'], executablePath });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, colorScheme: 'light' });
  await page.goto(`${standIn.url}?__theme=light`);
  await pictures(page);
} finally {
  await browser.close();
  await standIn.stop();
}
