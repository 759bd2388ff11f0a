/**
 * What a newcomer waits for: the real page is opened for the first time, and before any run of ours stands a figure.
 */
import type { Page } from 'playwright-core';
import { launchBrowser } from '../live/page/browser.ts';

const LIMIT_MS = 120_000;
const READOUT = '#headroom_txt2img_readout';
const VERDICTS = ['fits', 'tight', 'will-not-fit'] as const;

export interface FirstFigure {
  /** From the beginning of the page's load until the WebUI's own Generate button stands, and our readout. */
  webuiMs: number;
  readoutMs: number;
  /** Until the readout has a verdict, with its figures. */
  figureMs: number;
  verdict: string;
}

/** The sidecar has long been listening. Throws where no figure comes. */
export async function firstFigure(url: string): Promise<FirstFigure> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(url, { waitUntil: 'commit', timeout: LIMIT_MS });
    const webuiMs = await since(page, '#txt2img_generate');
    const readoutMs = await since(page, READOUT);
    const figureMs = await since(page, VERDICTS.map((verdict) => `${READOUT}[data-state=${verdict}]`).join(', '));
    const verdict = (await page.locator(READOUT).getAttribute('data-state')) ?? '';
    return { webuiMs, readoutMs, figureMs, verdict };
  } finally {
    await browser.close();
  }
}

/** By the page's own clock, looked at with each frame. */
async function since(page: Page, selector: string): Promise<number> {
  const found = await page.waitForFunction(
    (wanted) => (document.querySelector(wanted) === null ? null : performance.now()),
    selector,
    { polling: 'raf', timeout: LIMIT_MS },
  );
  return Math.round((await found.jsonValue()) ?? 0);
}
