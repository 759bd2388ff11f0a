/** What the browser tests of a file share: one Chromium, and a page for each test, which must have thrown nothing. */
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { FakeSidecar } from './fake-sidecar.ts';
import { openFixture, type FixturePage } from './pages.ts';

interface PageOfEach {
  /** Of the test that runs. */
  readonly now: FixturePage;
  readonly open: (name?: 'webui' | 'plain', sidecar?: FakeSidecar) => Promise<FixturePage>;
  /** The page with its Headroom tab in front. */
  readonly openTab: (prepare?: (sidecar: FakeSidecar) => void) => Promise<FixturePage>;
  /** A part of the tab, by its heading. */
  readonly part: (name: string) => Locator;
}

/** @param flags more of Chromium's command line. */
export function pageOfEach(flags: readonly string[] = []): PageOfEach {
  let browser: Browser;
  let fixture: FixturePage | null = null;
  before(async () => {
    browser = await launchChromium(flags);
  });
  after(() => browser.close());
  afterEach(async () => {
    const ended = now();
    fixture = null;
    await ended.close();
    assert.deepEqual(ended.errors, []);
  });

  function now(): FixturePage {
    if (fixture === null) throw new Error('this test has opened no page');
    return fixture;
  }

  async function open(name: 'webui' | 'plain' = 'webui', sidecar = new FakeSidecar()): Promise<FixturePage> {
    fixture = await openFixture(browser, name, sidecar);
    return fixture;
  }

  return {
    get now() {
      return now();
    },
    open,
    openTab: async (prepare = () => undefined) => {
      const sidecar = new FakeSidecar();
      prepare(sidecar);
      const opened = await open('webui', sidecar);
      await opened.page.locator('#tabs').getByRole('button', { name: 'Headroom' }).click();
      await opened.page.getByRole('heading', { name: 'What was found' }).waitFor();
      return opened;
    },
    part: (name) => now().page.getByRole('region', { name, exact: true }),
  };
}
