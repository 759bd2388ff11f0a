/** The page of a stand-in WebUI in Chromium, once a benchmark has made its estimates. */
import { chromium, type Page } from 'playwright-core';
import { ensureChromium } from '../tools/chromium.mjs';
import { BENCHMARK_LIMIT_MS, runBenchmark } from '../tools/demo/once.ts';
import { startStandIn } from '../tools/stand-in.ts';
import { connectViewer } from '../tools/viewer-client.ts';

export const READOUT = '#headroom_txt2img_readout';
const CARD_GB = 8;

export async function withBenchmarkedPage<T>(work: (page: Page) => Promise<T>): Promise<T> {
  const executablePath = ensureChromium(process.execPath);
  if (executablePath === null) throw new Error('no Chromium: install one, or set HEADROOM_CHROMIUM to its path');
  const standIn = await startStandIn({ cardGb: CARD_GB });
  try {
    const viewer = await connectViewer(standIn.url, BENCHMARK_LIMIT_MS);
    await runBenchmark(viewer, { budget: 'quick' }, () => undefined);
    viewer.close();
    const browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    try {
      const page = await browser.newPage();
      await page.goto(standIn.url);
      await page.waitForSelector(`${READOUT}[aria-busy=false] .headroom-figures`);
      await page.waitForTimeout(1000);
      return await work(page);
    } finally {
      await browser.close();
    }
  } finally {
    await standIn.stop();
  }
}
