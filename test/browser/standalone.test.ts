/** The page of `serve --standalone` as it is installed: what it has without a WebUI, and its forms. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { axeFindings } from './axe.ts';
import { launchChromium } from './chromium.ts';
import { buildExtension } from './stand-in.ts';

let browser: Browser;
let extension: string;
let dataDir: string;
const sidecars: ChildProcess[] = [];
let address: string;
let page: Page;
let complaints: string[];

before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'headroom-standalone-'));
  [browser, extension] = await Promise.all([launchChromium(), buildExtension()]);
  address = /http:\S+/.exec(await serve('C'))?.[0] ?? '';
});
after(async () => {
  for (const sidecar of sidecars) {
    const gone = new Promise((resolve) => sidecar.once('exit', resolve));
    sidecar.kill('SIGTERM');
    await gone;
  }
  await browser.close();
  for (const folder of [extension, dataDir]) rmSync(folder, { recursive: true, force: true });
});

/** In a terminal of that locale. @returns what it says first. */
function serve(locale: string): Promise<string> {
  const main = join(extension, 'dist', 'headroom.mjs');
  const args = ['serve', '--standalone', '--data-dir', dataDir, '--nvidia-smi', '/nowhere'];
  const sidecar = spawn(process.execPath, [main, ...args], { env: { ...process.env, LC_ALL: locale } });
  sidecars.push(sidecar);
  return new Promise((resolve) => sidecar.stdout.once('data', (text: Buffer) => resolve(text.toString())));
}

beforeEach(async () => {
  complaints = [];
  page = await browser.newPage();
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(address);
  await part('Now').waitFor();
});
afterEach(async () => {
  await page.close();
  assert.deepEqual(complaints, []);
});

const part = (name: string): Locator => page.getByRole('region', { name, exact: true });

test('has what needs no WebUI: the strip, an estimate, a comparison, an error explained; and nothing else', async () => {
  await part('Estimate').waitFor();
  const shown = await page.locator('#headroom_tab h3:visible').allTextContents();
  assert.deepEqual(shown, ['Now', 'What was found', 'Estimate', 'Compare', 'Explain an error']);
});

test('estimates for the network and the card that are named', async () => {
  const estimate = part('Estimate');
  await estimate.getByLabel('Network').selectOption('SDXL');
  await estimate.getByLabel('Card, GiB').fill('4');
  await estimate.getByRole('button', { name: 'Estimate' }).click();
  await estimate.getByText(/^will not fit/).waitFor();
  await estimate.getByLabel('Card, GiB').fill('24');
  await estimate.getByLabel('Card, GiB').press('Enter');
  await estimate.getByText(/^fits: /).waitFor();
});

test('refuses a figure that is none, and a recording that is not there, in a sentence', async () => {
  const estimate = part('Estimate');
  await estimate.getByLabel('Width').fill('wide');
  await estimate.getByRole('button', { name: 'Estimate' }).click();
  await estimate.getByText('Width: a whole number from 1 to 999999.').waitFor();
  await estimate.getByLabel('Width').fill('512');
  await estimate.getByLabel('Card, GiB').fill('100000');
  await estimate.getByRole('button', { name: 'Estimate' }).click();
  await estimate.getByText('Card, GiB: a whole number from 1 to 512.').waitFor();
  const compare = part('Compare');
  await compare.getByLabel('A', { exact: true }).fill('/nowhere/a.jsonl');
  await compare.getByLabel('B', { exact: true }).fill('/nowhere/b.jsonl');
  await compare.getByRole('button', { name: 'Compare' }).click();
  await compare.getByText('/nowhere/a.jsonl').waitFor();
  await compare.getByLabel('B', { exact: true }).fill('');
  await compare.getByRole('button', { name: 'Compare' }).click();
  await compare.getByText('/nowhere/a.jsonl').waitFor({ state: 'detached' });
});

test('has no finding of axe, and does not scroll sideways on a phone', async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  await part('Estimate').getByRole('button', { name: 'Estimate' }).click();
  await part('Estimate')
    .getByText(/^fits: /)
    .waitFor();
  assert.deepEqual(await axeFindings(page, '#headroom_tab'), []);
  assert.equal(await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth'), false);
});

test('speaks the language of the terminal that serves it, whatever the browser prefers', async () => {
  const said = await serve('de_DE.UTF-8');
  assert.match(said, /^Headroom: http:\S+ in einem Browser auf diesem Rechner öffnen\. Strg\+C beendet\.\n$/);
  await page.goto(/http:\S+/.exec(said)?.[0] ?? '');
  await part('Jetzt').waitFor();
  const shown = await page.locator('#headroom_tab h3:visible').allTextContents();
  assert.deepEqual(shown, ['Jetzt', 'Was gefunden wurde', 'Schätzen', 'Vergleichen', 'Fehler erklären']);
  const estimate = part('Schätzen');
  await estimate.getByLabel('Karte, GiB').fill('24');
  await estimate.getByRole('button', { name: 'Schätzen' }).click();
  await estimate.getByText(/^passt: \d+,\d GiB übrig bei 24,0 GiB für Programme/).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  assert.deepEqual(await axeFindings(page, '#headroom_tab'), []);
});
