import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { ensureChromium } from '../../tools/chromium.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A headless Chromium with a fresh profile. `flags`: more of the command line. */
export function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  const executablePath = ensureChromium(process.execPath);
  if (executablePath === null)
    throw new Error('no Chromium was found and none could be installed; name one in HEADROOM_CHROMIUM');
  // Not in the language of whoever runs the tests.
  const env = { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: 'en' };
  return chromium.launch({ headless: true, args: [...FLAGS, ...flags], executablePath, env });
}

/** To whatever name a page asks for, this machine answers. */
export const ALL_NAMES_ARE_HERE = '--host-resolver-rules=MAP * 127.0.0.1';
