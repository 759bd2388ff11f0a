/** A headless Chromium for the browser tests: the one that HEADROOM_CHROMIUM names, or the first on PATH. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Null where there is none: then playwright's own, if it was installed. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | null {
  const named = environment.HEADROOM_CHROMIUM;
  if (named) return named;
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      if (folder !== '' && existsSync(path)) return path;
    }
  }
  return null;
}

export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  return chromium.launch({ headless: true, args: FLAGS, ...(executablePath === null ? {} : { executablePath }) });
}
