/// <reference lib="dom" />
/** From a change of a slider to the painted readout, in Chromium, through the WebUI's own route. */
import { chromium } from 'playwright-core';
import { ensureChromium } from '../tools/chromium.mjs';
import { BENCHMARK_LIMIT_MS, runBenchmark } from '../tools/demo/once.ts';
import { startStandIn } from '../tools/stand-in.ts';
import { connectViewer } from '../tools/viewer-client.ts';
import { summarise, type Row } from './figures.ts';

const CHANGES = 300;
const READOUT = '#headroom_txt2img_readout';

/**
 * Runs in the page: sets the width as a drag of the slider does, waits until the readout shows other figures and is no
 * longer busy, then for the frame in which that is painted. Milliseconds, one per change.
 */
async function drag({ selector, changes }: { selector: string; changes: number }): Promise<number[]> {
  const readout = document.querySelector(selector);
  const slider = document.querySelector<HTMLInputElement>('#txt2img_width input[type=range]');
  const figures = readout?.querySelector('.headroom-figures');
  if (readout === null || slider === null || figures === null || figures === undefined) throw new Error('no readout or no slider on the page');
  const painted = () => new Promise<void>((resolve) => requestAnimationFrame(() => {
    // The message channel is served after the frame's style, layout and paint.
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(null);
  }));
  const latencies: number[] = [];
  for (let i = 0; i < changes; i += 1) {
    const before = figures.textContent;
    const settled = new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        if (figures.textContent === before || readout.getAttribute('aria-busy') === 'true') return;
        observer.disconnect();
        resolve();
      });
      observer.observe(readout, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    const startedMs = performance.now();
    slider.value = String(512 + 64 * ((i * 3) % 8));
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await settled;
    await painted();
    latencies.push(performance.now() - startedMs);
    await new Promise((resolve) => setTimeout(resolve, 30 + ((i * 7) % 23)));
  }
  return latencies;
}

export async function measureSliderLatency(): Promise<Row> {
  const executablePath = ensureChromium(process.execPath);
  if (executablePath === null) throw new Error('no Chromium: install one, or set HEADROOM_CHROMIUM to its path');
  const standIn = await startStandIn({ cardGb: 8 });
  try {
    const viewer = await connectViewer(standIn.url, BENCHMARK_LIMIT_MS);
    await runBenchmark(viewer, { budget: 'quick' }, () => undefined);
    viewer.close();
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
    try {
      const page = await browser.newPage();
      await page.goto(standIn.url);
      await page.waitForSelector(`${READOUT}[aria-busy=false] .headroom-figures`);
      await page.waitForTimeout(1000);
      await page.evaluate(drag, { selector: READOUT, changes: 20 });
      const latencies = await page.evaluate(drag, { selector: READOUT, changes: CHANGES });
      return { what: 'slider change to painted readout (ms)', unit: 'ms', figures: summarise(latencies), goal: 33, judged: 'p99' };
    } finally {
      await browser.close();
    }
  } finally {
    await standIn.stop();
  }
}
