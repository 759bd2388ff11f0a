/** The real page in a headless Chromium. */
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { ensureChromium } from '../../../tools/chromium.mjs';
import { Traffic } from './traffic.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PAGE_LIMIT_MS = 120_000;
const ACTION_LIMIT_MS = 20_000;

export type Theme = 'light' | 'dark';

export interface LivePage {
  page: Page;
  traffic: Traffic;
}

export async function launchBrowser(): Promise<Browser> {
  const executablePath = ensureChromium(process.execPath);
  if (executablePath === null) throw new Error('no Chromium: install one, or set HEADROOM_CHROMIUM to its path');
  // By itself playwright would end this process at a signal, before the WebUI is stopped.
  return chromium.launch({
    headless: true,
    args: FLAGS,
    executablePath,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/** Resolves once the WebUI has built its widgets and our readout stands among them. */
export async function openPage(browser: Browser, url: string, theme: Theme): Promise<LivePage> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 }, colorScheme: theme });
  page.setDefaultTimeout(ACTION_LIMIT_MS);
  const traffic = new Traffic();
  page.on('websocket', (socket) => {
    if (!new URL(socket.url()).pathname.endsWith('/headroom/ws')) return;
    socket.on('framesent', ({ payload }) => traffic.sent(payload.toString()));
    socket.on('framereceived', ({ payload }) => traffic.received(payload.toString()));
  });
  await page.goto(`${url}?__theme=${theme}`, { waitUntil: 'domcontentloaded', timeout: PAGE_LIMIT_MS });
  await page.locator('#txt2img_generate').waitFor({ timeout: PAGE_LIMIT_MS });
  await page.locator('#headroom_txt2img_readout').waitFor({ timeout: PAGE_LIMIT_MS });
  return { page, traffic };
}

/** By the title on the WebUI's own row of tabs. */
export async function openTab(page: Page, title: string): Promise<void> {
  await page
    .locator('#tabs > .tab-nav > button')
    .filter({ hasText: new RegExp(`^\\s*${title}\\s*$`) })
    .click();
}
