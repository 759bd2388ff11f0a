/** Text of ours is legible on whatever page it lies: A1111's themes, and programs with themes of their own. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { FakeSidecar } from './fake-sidecar.ts';
import { openFixture } from './pages.ts';
import type { FixturePage } from './pages.ts';
import { runRow } from './states.ts';

let browser: Browser;
let fixture: FixturePage;
before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());
afterEach(async () => {
  assert.deepEqual(fixture.errors, []);
  await fixture.close();
});

const GRADIO_LIGHT = `:root { --body-text-color: #1f2937; --input-background-fill: #fff; --block-background-fill: white; --background-fill-secondary: #f9fafb;
  --border-color-primary: #e5e7eb; --button-secondary-background-fill: #e5e7eb; --button-secondary-text-color: #374151; }`;
const GRADIO_DARK = `.dark { --body-text-color: #f3f4f6; --input-background-fill: #374151; --block-background-fill: #1f2937; --background-fill-secondary: #111827;
  --border-color-primary: #374151; --button-secondary-background-fill: #4b5563; --button-secondary-text-color: white; }`;
const DARK_PAGE = 'body { background: #101010 !important; color: #e0e0e0; }';

/** `dark`: whether the body has Gradio's class; `seen`: what the page's script is to find. */
const PAGES: readonly (readonly [name: string, css: string, dark: boolean, seen: string])[] = [
  [
    "A1111's light theme",
    GRADIO_LIGHT + GRADIO_DARK,
    false,
    '[data-headroom-page="light"][data-headroom-colours="page"]',
  ],
  ["A1111's dark theme", GRADIO_LIGHT + GRADIO_DARK, true, '[data-headroom-page="dark"][data-headroom-colours="page"]'],
  [
    "a dark page without Gradio's variables",
    DARK_PAGE,
    false,
    '[data-headroom-page="dark"][data-headroom-colours="own"]',
  ],
  [
    "a dark page with Gradio's light variables, as SD.Next's Modern UI",
    GRADIO_LIGHT + DARK_PAGE,
    false,
    '[data-headroom-page="dark"][data-headroom-colours="own"]',
  ],
  [
    "a dark page with dark colours of its own, as SD.Next's black-teal",
    `:root { --body-text-color: #e0e0e0; --input-background-fill: #303030; }${DARK_PAGE}`,
    false,
    '[data-headroom-page="dark"][data-headroom-colours="page"]',
  ],
  [
    "a light page without Gradio's variables",
    'body { background: #fffbe8 !important; }',
    false,
    '[data-headroom-page="light"][data-headroom-colours="own"]',
  ],
];

/** Text, and how far it stands apart from what lies behind it, of every part that has text of its own and is seen. */
const CONTRASTS = `(root) => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).slice(0, 3).map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (node) => {
    for (let at = node; at !== null; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((channels(colour)[3] ?? 1) > 0.5) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const own = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim() !== '');
  return [...root.querySelectorAll('*')].filter((node) => own(node) && node.checkVisibility() && !node.disabled && node.tagName !== 'OPTION').map((node) => {
    const [a, b] = [luminance(getComputedStyle(node).color) + 0.05, luminance(ground(node)) + 0.05];
    return [node.textContent.trim().slice(0, 40), Math.max(a, b) / Math.min(a, b)];
  });
}`;

async function assertLegible(selector: string): Promise<void> {
  const found = await fixture.page.evaluate<[string, number][]>(
    `(${CONTRASTS})(document.querySelector('${selector}'))`,
  );
  assert.ok(found.length > 3, `${selector} has text`);
  for (const [text, ratio] of found) assert.ok(ratio >= 4.5, `"${text}" of ${selector}: ${ratio.toFixed(1)}`);
}

describe('text of ours', () => {
  for (const [name, css, dark, seen] of PAGES) {
    test(`is legible on ${name}`, async () => {
      const sidecar = new FakeSidecar();
      sidecar.rows = [runRow(), runRow({ runId: 'run-2', outcome: 'oom', marks: ['extras'] })];
      sidecar.state.notices = [{ level: 'warning', notice: { code: 'left-behind', leftMiB: 300 } }];
      fixture = await openFixture(browser, 'webui', sidecar);
      const { page } = fixture;
      await page.addStyleTag({ content: css });
      await page.evaluate(`document.body.classList.toggle('dark', ${dark})`);
      await page.locator(`#headroom_txt2img_readout${seen}[data-state="fits"]`).waitFor();
      await assertLegible('#headroom_txt2img_readout');
      await page.getByRole('button', { name: 'Headroom', exact: true }).click();
      await page.getByRole('cell', { name: 'out of memory' }).waitFor();
      await page.locator(`.headroom-tab${seen}`).waitFor();
      await assertLegible('#headroom_tab');
    });
  }
});
