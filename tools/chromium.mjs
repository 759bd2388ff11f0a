// @ts-check
/** Finds the browser for the browser tests: one that is installed, else one it installs where it may. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { aptInstall } from './apt.mjs';
import { ROOT } from './node24.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const FIXED = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
const BROWSERS = join(ROOT, '.cache', 'browsers');

function installed() {
  const named = process.env.HEADROOM_CHROMIUM;
  if (named !== undefined && existsSync(named)) return named;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
      if (folder !== '' && existsSync(path)) return path;
    }
  }
  return FIXED.find((path) => existsSync(path)) ?? null;
}

/** @param {string} node @param {string[]} args */
function playwright(node, args) {
  const cli = join(ROOT, 'node_modules', 'playwright-core', 'cli.js');
  return (
    spawnSync(node, [cli, ...args], {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, PLAYWRIGHT_BROWSERS_PATH: BROWSERS },
    }).status === 0
  );
}

/** @param {string} node */
function downloaded(node) {
  const script = "import('playwright-core').then(({chromium}) => console.log(chromium.executablePath()))";
  const env = { ...process.env, PLAYWRIGHT_BROWSERS_PATH: BROWSERS };
  const path = execFileSync(node, ['-e', script], { cwd: ROOT, env, encoding: 'utf8' }).trim();
  return existsSync(path) ? path : null;
}

/**
 * Path of a Chromium, or null where none is there and none could be installed. Installs by apt-get only as root in CI
 * or a container; elsewhere playwright's own download goes into `.cache`, which touches nothing of the person's system.
 * @param {string} node a Node.js that runs playwright-core
 */
export function ensureChromium(node) {
  const found = installed() ?? downloaded(node);
  if (found !== null) return found;
  process.stderr.write('[setup] no Chromium found: installing one for the browser tests ...\n');
  if (aptInstall('chromium')) {
    const fresh = installed();
    if (fresh !== null) return fresh;
  }
  return playwright(node, ['install', 'chromium']) ? downloaded(node) : null;
}
