/**
 * The page through a real nginx, as people put one in front of a WebUI. Not run where there is none and none can be
 * installed.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { ensureNginx } from '../../tools/nginx.mjs';
import { openOtherSite, tryWebSocket } from './attempts.ts';
import { ALL_NAMES_ARE_HERE, launchChromium } from './chromium.ts';
import { passOn, startNginx, type Nginx } from './nginx.ts';
import { startBuiltStandIn, type BuiltStandIn } from './stand-in.ts';

const LIMIT_MS = 120_000;
const programs = ensureNginx();
const HOST = 'proxy_set_header Host $http_host;';
const FORWARDED =
  'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;';

describe('behind nginx', { skip: programs === null ? 'not run: no nginx' : false }, () => {
  let browser: Browser;
  let plain: BuiltStandIn;
  let below: BuiltStandIn;
  let nginx: Nginx;
  let other: Awaited<ReturnType<typeof openOtherSite>>;

  before(async () => {
    if (programs === null) return;
    [browser, plain, below, other] = await Promise.all([
      launchChromium([ALL_NAMES_ARE_HERE]),
      startBuiltStandIn(8, ['--pace', '0']),
      startBuiltStandIn(8, ['--pace', '0', '--subpath', 'sd']),
      openOtherSite(),
    ]);
    const elsewhere = 'proxy_set_header X-Forwarded-Host $http_host;';
    nginx = await startNginx(programs, {
      share: { tls: true, lines: passOn('/', plain.url, `${HOST} ${FORWARDED}`) },
      bare: { tls: true, lines: passOn('/', plain.url, HOST) },
      http: { tls: false, lines: passOn('/', plain.url, `${HOST} ${FORWARDED}`) },
      renamed: { tls: true, lines: passOn('/', plain.url, elsewhere) },
      silent: { tls: false, lines: passOn('/', plain.url, '') },
      subpath: { tls: false, lines: passOn('/sd/', `${below.url.replace(/\/$/, '')}/`, HOST) },
      subpathTls: { tls: true, lines: passOn('/sd/', `${below.url.replace(/\/$/, '')}/`, `${HOST} ${FORWARDED}`) },
    });
  });
  after(async () => {
    await browser?.close();
    await Promise.all([plain?.stop(), below?.stop(), nginx?.stop(), other?.close()]);
  });

  const addressOf = (server: string, scheme: string, name: string, path = '/'): string =>
    `${scheme}://${name}:${nginx.ports[server]}${path}`;

  /** Opens the page and waits for its readout to have heard from the sidecar; gives the address of its WebSocket. */
  async function connected(address: string): Promise<string> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    const sockets: string[] = [];
    page.on('websocket', (socket) => sockets.push(socket.url()));
    await page.goto(address);
    await page
      .locator('#headroom_txt2img_readout')
      .getByText('not yet measured on this card')
      .first()
      .waitFor({ timeout: LIMIT_MS });
    await context.close();
    return sockets.find((url) => url.endsWith('/headroom/ws')) ?? '';
  }

  test('a host as of a share link works over https', async () => {
    const address = addressOf('share', 'https', 'abc123def.gradio.live');
    assert.equal(await connected(address), `${address.replace('https', 'wss')}headroom/ws`);
  });

  test('https works with a proxy that passes on no more than Host', async () => {
    await connected(addressOf('bare', 'https', 'webui.example'));
  });

  test('https works with a proxy that names the host in X-Forwarded-Host alone', async () => {
    await connected(addressOf('renamed', 'https', 'webui.example'));
  });

  test("http works under a name of one's own", async () => {
    await connected(addressOf('http', 'http', 'webui.example'));
  });

  test('a sub-path works, by http and by https', async () => {
    const address = addressOf('subpath', 'http', 'webui.example', '/sd/');
    assert.equal(await connected(address), `${address.replace('http', 'ws')}headroom/ws`);
    await connected(addressOf('subpathTls', 'https', 'webui.example', '/sd/'));
  });

  test('with a proxy that says nothing of the host the page is refused, and the console says what to set', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const address = addressOf('silent', 'http', 'webui.example');
    await page.goto(address);
    await page.locator('#headroom_txt2img_readout[data-state=refused]').waitFor({ timeout: LIMIT_MS });
    assert.deepEqual(await tryWebSocket(page, `${address.replace('http', 'ws')}headroom/ws`), {
      opened: false,
      heard: [],
    });
    assert.match(plain.output(), /a proxy in front of the WebUI must pass on Host, or set X-Forwarded-Host/);
    await context.close();
  });

  test('a page of another site is refused through every one of them', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    for (const name of ['evil.example', '127.0.0.1']) {
      const page = await context.newPage();
      await page.goto(`http://${name}:${other.port}/`);
      for (const [server, scheme, path] of [
        ['share', 'wss', ''],
        ['bare', 'wss', ''],
        ['renamed', 'wss', ''],
        ['http', 'ws', ''],
        ['silent', 'ws', ''],
        ['subpath', 'ws', 'sd/'],
      ] as const) {
        const target = addressOf(server, scheme, 'webui.example', `/${path}headroom/ws`);
        assert.deepEqual(
          { name, target, ...(await tryWebSocket(page, target)) },
          { name, target, opened: false, heard: [] },
        );
      }
      await page.close();
    }
    await context.close();
  });
});
