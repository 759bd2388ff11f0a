/** The page in a language of brackets: nothing that a person sees or hears was written past words/. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Plugin } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { bundlePage } from '../../tools/bundle.ts';
import { PSEUDO, strayIn } from '../service/words/pseudo.ts';
import { launchChromium } from './chromium.ts';
import { FakeSidecar } from './fake-sidecar.ts';
import type { FixturePage } from './pages.ts';
import { openReadout, READOUT_STATES, showReadout } from './readout-states.ts';
import { runRow } from './states.ts';

const PSEUDO_FILE = join(import.meta.dirname, '../service/words/pseudo.ts');

/** The language of brackets in the place of the one in force. */
const inBrackets: Plugin = {
  name: 'in-brackets',
  setup(build) {
    build.onLoad({ filter: /service[\\/]words[\\/]index\.ts$/ }, () => ({
      contents: [
        `import { PSEUDO } from ${JSON.stringify(PSEUDO_FILE)};`,
        ...Object.keys(PSEUDO).map((name) => `export const ${name} = PSEUDO.${name};`),
      ].join('\n'),
      loader: 'ts',
    }));
  },
};

let browser: Browser;
let fixture: FixturePage;
before(async () => {
  browser = await launchChromium();
  const sidecar = new FakeSidecar();
  const ran = runRow({ origin: 'ordinary', marks: [], imported: true });
  sidecar.rows = [ran, runRow({ runId: 'run-2', outcome: 'oom', capMiB: 4608, marks: ['extras', 'own-runs-count'] })];
  sidecar.state.notices = [{ level: 'warning', notice: { code: 'left-behind', leftMiB: 300 } }];
  sidecar.state.calibration = { ...sidecar.state.calibration, imported: 1 };
  fixture = await openReadout(browser, { script: bundlePage({ plugins: [inBrackets] }) }, sidecar);
});
after(async () => {
  await fixture.close();
  await browser.close();
});

/** Every text in a part of the page, each attribute that is shown or read aloud included. */
function textsIn(page: Page, selector: string): Promise<string[]> {
  return page.evaluate<string[]>(`{
    const found = [];
    for (const root of document.querySelectorAll('${selector}')) {
      for (const node of [root, ...root.querySelectorAll('*')])
        for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-valuetext'])
          if (node.hasAttribute(name)) found.push(node.getAttribute(name));
      const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) found.push(texts.currentNode.data);
    }
    found;
  }`);
}

/** What came from the sidecar: names of cards, keys, programs. */
function data(): string[] {
  const { state } = fixture.sidecar;
  const { environment, device, devices, driverVersion, keyHash } = state;
  return JSON.stringify([environment, device, devices, driverVersion, keyHash?.slice(0, 8)])
    .split(/[",{}[\]]/)
    .filter((text) => text.length > 1);
}

async function strays(selector: string, more: readonly string[] = []): Promise<string[]> {
  const texts = await textsIn(fixture.page, selector);
  assert.ok(
    texts.some((text) => text.includes('\u27E6')),
    `nothing in ${selector}`,
  );
  return texts.map((text) => strayIn(text, [...data(), ...more, 'Headroom'])).filter((text) => text !== '');
}

for (const state of Object.keys(READOUT_STATES)) {
  test(`every word of the readout stands in brackets: ${state}`, async () => {
    const said: string[] = [];
    const send = fixture.sidecar.send.bind(fixture.sidecar);
    // The WebUI's own text, told while there is no sidecar.
    fixture.sidecar.send = (message) => {
      if (message.type === 'sidecar' && message.message !== '') said.push(message.message);
      send(message);
    };
    await showReadout(fixture, state);
    fixture.sidecar.send = send;
    assert.deepEqual(await strays('.headroom-readout', said), []);
  });
}

test('every word of the tab stands in brackets: at rest, with a benchmark to go on with, running, refused', async () => {
  const { page, sidecar } = fixture;
  sidecar.send({ type: 'sidecar', state: 'running', message: '', canRestart: false });
  await page.getByRole('button', { name: 'Headroom', exact: true }).click();
  await page.locator('#headroom_tab table tbody tr').first().waitFor();
  assert.deepEqual(await strays('#headroom_tab'), []);
  const { defaults } = sidecar.state;
  const ending = { code: 'finished', why: 'all-runs', runs: 3, marked: 1, leftOut: [], notReached: null } as const;
  const resumable = { runsDone: 3, runsPlanned: 9, options: defaults };
  sidecar.sendState({ benchmark: { state: 'idle', resumable, last: { result: 'finished', ending } } });
  sidecar.send({ type: 'refused', refusal: { code: 'running', wanted: 'this' } });
  await page.locator('#headroom_resume').waitFor();
  assert.deepEqual(await strays('#headroom_tab'), []);
  sidecar.start(defaults);
  await page.locator('#headroom_cancel').waitFor();
  assert.deepEqual(await strays('#headroom_tab'), []);
});
