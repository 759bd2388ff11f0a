/** Opens the fixture pages with the page's script of the sources and a fake sidecar behind its WebSocket. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { bundlePages, bundlePlots } from '../../tools/bundle.ts';
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
const pageScripts = bundlePages();
const plotsScript = bundlePlots();

export interface FixturePage {
  page: Page;
  sidecar: FakeSidecar;
  /** What the page threw or logged as an error. */
  errors: string[];
  close(): Promise<void>;
}

export interface FixtureOptions {
  /** In the place of the page's own. */
  readonly script?: Promise<string>;
  readonly locale?: string;
  /** As the WebUI's settings have it. */
  readonly localization?: string;
  /** Paths that the WebUI does not have. */
  readonly missing?: readonly string[];
}

export async function openFixture(
  browser: Browser,
  name: 'webui' | 'plain',
  sidecar = new FakeSidecar(),
  { script: ownScript, locale = 'en-US', localization, missing = [] }: FixtureOptions = {},
): Promise<FixturePage> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, locale });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  const [scripts, own, plots] = await Promise.all([pageScripts, ownScript, plotsScript]);
  const served: Readonly<Record<string, string>> = { ...scripts, ...(own === undefined ? {} : { 'headroom.js': own }) };
  const html = readFileSync(join(import.meta.dirname, 'page', `${name}.html`), 'utf8');
  await page.route(`${ORIGIN}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (missing.includes(pathname)) return route.fulfill({ status: 404, body: '' });
    const script = served[pathname.slice(1)];
    if (script !== undefined) return route.fulfill({ contentType: 'text/javascript', body: script });
    if (pathname === '/plots/uplot.js') return route.fulfill({ contentType: 'text/plain', body: plots });
    if (pathname === '/fonts.css') return route.fulfill({ contentType: 'text/css', body: FONTS });
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html });
    return route.fulfill({ status: 404, body: '' });
  });
  await page.routeWebSocket(`${ORIGIN.replace('http', 'ws')}/headroom/ws`, sidecar.accept);
  if (localization !== undefined) {
    const setting = { props: { elem_id: 'setting_localization', value: localization } };
    await page.addInitScript(`window.gradio_config = ${JSON.stringify({ components: [setting] })};`);
  }
  await page.goto(`${ORIGIN}/`);
  await page.evaluate('Promise.all([...document.fonts].map((face) => face.load()))');
  const close = () => {
    sidecar.end();
    return context.close();
  };
  return { page, sidecar, errors, close };
}
