/** Opens the fixture pages with the page's script of the sources and a fake sidecar behind its WebSocket. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { bundlePage } from '../../tools/bundle.ts';
import { FakeSidecar } from './fake-sidecar.ts';

/** Resolved by nothing: every request is answered inside playwright. */
const ORIGIN = 'http://headroom.test';

export interface FixturePage {
  page: Page;
  sidecar: FakeSidecar;
  /** What the page threw or logged as an error. */
  errors: string[];
  close(): Promise<void>;
}

export async function openFixture(browser: Browser, name: 'webui' | 'plain', sidecar = new FakeSidecar()): Promise<FixturePage> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  const script = await bundlePage();
  const html = readFileSync(join(import.meta.dirname, 'page', `${name}.html`), 'utf8');
  await page.route(`${ORIGIN}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/headroom.js') return route.fulfill({ contentType: 'text/javascript', body: script });
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html });
    return route.fulfill({ status: 404, body: '' });
  });
  await page.routeWebSocket(`${ORIGIN.replace('http', 'ws')}/headroom/ws`, sidecar.accept);
  await page.goto(`${ORIGIN}/`);
  const close = () => {
    sidecar.end();
    return context.close();
  };
  return { page, sidecar, errors, close };
}
