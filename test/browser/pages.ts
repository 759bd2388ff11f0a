/** Opens the fixture pages with the page's script of the sources and a fake sidecar behind its WebSocket. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { bundlePage, bundlePlots } from '../../tools/bundle.ts';
import { FakeSidecar } from './fake-sidecar.ts';

/** Resolved by nothing: every request is answered inside playwright. */
const ORIGIN = 'http://headroom.test';

const font = (file: string) =>
  `url(data:font/woff2;base64,${readFileSync(join(import.meta.dirname, '..', 'fixtures', 'fonts', file), 'base64')})`;

/**
 * The pages bring their own fonts, so that their layout is the same on every machine; the wide one is wider than any
 * that a page may have.
 */
const FONTS = `
@font-face { font-family: 'Test Sans'; font-weight: 100 500; src: ${font('DejaVuSans.woff2')}; }
@font-face { font-family: 'Test Sans'; font-weight: 600 900; src: ${font('DejaVuSans-Bold.woff2')}; }
@font-face { font-family: 'Test Wide'; font-weight: 100 900; size-adjust: 125%; src: ${font('DejaVuSans-Bold.woff2')}; }
body { font-family: 'Test Sans'; }
body.wide { font-family: 'Test Wide'; }
`;

/** Made once: the sources do not change under the tests. */
const pageScript = bundlePage();
const plotsScript = bundlePlots();

export interface FixturePage {
  page: Page;
  sidecar: FakeSidecar;
  /** What the page threw or logged as an error. */
  errors: string[];
  close(): Promise<void>;
}

export async function openFixture(
  browser: Browser,
  name: 'webui' | 'plain',
  sidecar = new FakeSidecar(),
  usedScript = pageScript,
): Promise<FixturePage> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  const [script, plots] = await Promise.all([usedScript, plotsScript]);
  const html = readFileSync(join(import.meta.dirname, 'page', `${name}.html`), 'utf8');
  await page.route(`${ORIGIN}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/headroom.js') return route.fulfill({ contentType: 'text/javascript', body: script });
    if (pathname === '/plots/uplot.js') return route.fulfill({ contentType: 'text/plain', body: plots });
    if (pathname === '/fonts.css') return route.fulfill({ contentType: 'text/css', body: FONTS });
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html });
    return route.fulfill({ status: 404, body: '' });
  });
  await page.routeWebSocket(`${ORIGIN.replace('http', 'ws')}/headroom/ws`, sidecar.accept);
  await page.goto(`${ORIGIN}/`);
  await page.evaluate('Promise.all([...document.fonts].map((face) => face.load()))');
  const close = () => {
    sidecar.end();
    return context.close();
  };
  return { page, sidecar, errors, close };
}
