/** The readout beside width and height: where it is, whether it follows, how it looks in both themes. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Context } from '../context.ts';
import { moveSlider, setControls, typeNumber } from '../page/controls.ts';
import { openPage, openTab } from '../page/browser.ts';
import type { Theme } from '../page/browser.ts';
import { boxOf, gapPx, readoutOf, settledReadout } from '../page/readout.ts';
import type { LiveSettings } from '../settings.ts';

const START: LiveSettings = { tab: 'txt2img', width: 256, height: 256, batchSize: 1, hires: null };
const ANSWER_LIMIT_MS = 10_000;
const BESIDE_PX = 40;
const STEPS = 4;

export async function readoutStep(context: Context, device: 'cpu' | 'cuda'): Promise<void> {
  const { checks, live, say } = context;
  const { page, traffic } = live;
  await openTab(page, 'txt2img');
  await setControls(page, START, STEPS);
  await traffic.waitForEstimate('txt2img', ({ width, height }) => width === 256 && height === 256, ANSWER_LIMIT_MS);
  const first = await settledReadout(page, 'txt2img');
  say(`readout at 256x256: ${first.text}`);
  const label = device === 'cpu' ? 'RAM' : 'VRAM';
  checks.add('the readout shows a verdict', ['fits', 'tight', 'will-not-fit'].includes(first.state), first.text);
  checks.add(`it speaks of ${label}`, new RegExp(`\\b${label}\\b`).test(first.text), first.text);
  checks.add('it shows required and peak', /required .*\/ peak /.test(first.text));

  await moveSlider(page, 'txt2img_width', 8);
  const wider = await traffic.waitForEstimate('txt2img', ({ width }) => width === 320, ANSWER_LIMIT_MS);
  checks.add('it follows the width slider', wider.result.status === 'estimated', JSON.stringify(wider.settings));
  await typeNumber(page, 'txt2img_batch_size', 2);
  const both = await traffic.waitForEstimate('txt2img', ({ batchSize }) => batchSize === 2, ANSWER_LIMIT_MS);
  checks.add(
    'more pictures at once never need less',
    peakOf(both.result) >= peakOf(wider.result),
    `${peakOf(wider.result)}, then ${peakOf(both.result)} MiB`,
  );
  await setControls(page, { ...START, hires: { scale: 1.5, upscaler: 'Lanczos' } }, STEPS);
  const hires = await traffic.waitForEstimate(
    'txt2img',
    (asked) => asked.hires?.upscaler === 'Lanczos' && asked.hires.width === 384 && asked.batchSize === 1,
    ANSWER_LIMIT_MS,
  );
  checks.equal('it follows hires fix', hires.settings.operation, 'hires_image');

  await picture(context, page, 'light');
  const dark = await openPage(context.browser, context.url, 'dark');
  try {
    await setControls(dark.page, { ...START, hires: { scale: 1.5, upscaler: 'Lanczos' } }, STEPS);
    await settledReadout(dark.page, 'txt2img');
    await picture(context, dark.page, 'dark');
  } finally {
    await dark.page.close();
  }
  await setControls(page, START, STEPS);
}

async function picture({ checks, screenshotsDir }: Context, page: Page, theme: Theme): Promise<void> {
  await settledReadout(page, 'txt2img');
  const readout = await boxOf(readoutOf(page, 'txt2img'));
  const sliders = await boxOf(page.locator('#txt2img_column_size'));
  const height = await boxOf(page.locator('#txt2img_height'));
  checks.add(
    `it stands beside width and height (${theme})`,
    gapPx(readout, height) <= BESIDE_PX && gapPx(readout, sliders) === 0,
    `${Math.round(gapPx(readout, height))} px from the height slider`,
  );
  checks.add(
    `nothing of it is cut off (${theme})`,
    (await page.evaluate(
      '(() => { const r = gradioApp().querySelector("#headroom_txt2img_readout"); return r.scrollWidth <= r.clientWidth + 1; })()',
    )) === true,
  );
  await page.screenshot({ path: join(screenshotsDir, `readout-${theme}-page.png`) });
  await readoutOf(page, 'txt2img').screenshot({ path: join(screenshotsDir, `readout-${theme}.png`) });
}

function peakOf(result: { status: string; peak?: { valueMiB: number } }): number {
  return result.peak?.valueMiB ?? NaN;
}
