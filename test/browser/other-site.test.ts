/** What a page of another site can do through the browser of somebody who is logged in at the WebUI: nothing. */
import { PROTOCOL_VERSION } from '../../service/protocol/limits.ts';
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { connectViewer } from '../../tools/viewer-client.ts';
import { openOtherSite, tryRequests, tryWebSocket } from './attempts.ts';
import { ALL_NAMES_ARE_HERE, launchChromium } from './chromium.ts';
import { startBuiltStandIn } from './stand-in.ts';
import type { BuiltStandIn } from './stand-in.ts';

const LIMIT_MS = 120_000;
const USER = { username: 'anna', password: 'secret' };

let browser: Browser;
let other: Awaited<ReturnType<typeof openOtherSite>>;

before(async () => {
  [browser, other] = await Promise.all([launchChromium([ALL_NAMES_ARE_HERE]), openOtherSite()]);
});
after(async () => {
  await browser?.close();
  await other?.close();
});

async function pageAt(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** What the WebUI's own person sees: whether a benchmark runs or ran, and how many runs there are. */
async function whatHappened(
  url: string,
  headers: Record<string, string>,
): Promise<{ benchmark: string; runs: number }> {
  const viewer = await connectViewer(url, LIMIT_MS, headers);
  const hasState = viewer.waitFor('state', () => true, LIMIT_MS);
  viewer.send({ type: 'hello', protocol: PROTOCOL_VERSION });
  const { benchmark } = await hasState;
  const hasRuns = viewer.waitFor('runs', () => true, LIMIT_MS);
  viewer.send({ type: 'runs', requestId: 1 });
  const { total } = await hasRuns;
  viewer.close();
  return {
    benchmark:
      benchmark.state === 'idle' && benchmark.last === null && benchmark.resumable === null ? 'never' : benchmark.state,
    runs: total,
  };
}

describe('a WebUI with a login, and its visitor on another site', () => {
  let standIn: BuiltStandIn;
  let context: BrowserContext;
  let own: Page;
  let port: string;

  before(async () => {
    standIn = await startBuiltStandIn(8, ['--pace', '0', '--gradio-auth', `${USER.username}:${USER.password}`]);
    port = new URL(standIn.url).port;
    context = await browser.newContext();
    own = await pageAt(context, `http://webui.example:${port}/`);
    const status = await own.evaluate(
      async (user) => (await fetch('/login', { method: 'POST', body: new URLSearchParams(user) })).status,
      USER,
    );
    assert.equal(status, 200);
  });
  after(async () => {
    await context?.close();
    await standIn?.stop();
  });

  const cookies = async () => ({
    Cookie: (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; '),
  });

  for (const name of ['evil.example', 'webui.example.evil.example', 'localhost', '127.0.0.1']) {
    test(`opens no WebSocket from ${name} under whatever name it calls the WebUI`, async () => {
      const page = await pageAt(context, `http://${name}:${other.port}/`);
      for (const target of ['webui.example', 'localhost', '127.0.0.1', 'evil.example']) {
        const attempt = await tryWebSocket(page, `ws://${target}:${port}/headroom/ws`);
        assert.deepEqual({ target, ...attempt }, { target, opened: false, heard: [] });
      }
      await page.close();
    });
  }

  test('opens none from another port of its own host, where the cookies go along', async () => {
    const page = await pageAt(context, `http://webui.example:${other.port}/`);
    assert.deepEqual(await tryWebSocket(page, `ws://webui.example:${port}/headroom/ws`), { opened: false, heard: [] });
    await page.close();
  });

  test('opens none from a frame without an origin', async () => {
    const page = await pageAt(context, `http://evil.example:${other.port}/`);
    await page.setContent('<iframe sandbox="allow-scripts" srcdoc="<p>a frame</p>"></iframe>');
    const frame = page.frames().find((one) => one !== page.mainFrame());
    assert.ok(frame);
    assert.deepEqual(await tryWebSocket(frame, `ws://webui.example:${port}/headroom/ws`), { opened: false, heard: [] });
    await page.close();
  });

  test('answers no fetch, form, image, script, frame or beacon', async () => {
    for (const name of ['evil.example', 'webui.example']) {
      const page = await pageAt(context, `http://${name}:${other.port}/`);
      assert.deepEqual(await tryRequests(page, `http://webui.example:${port}/headroom/ws`), []);
      await page.close();
    }
  });

  test('has run and told nothing after all that, and still hears its own page', async () => {
    assert.deepEqual(await whatHappened(`http://127.0.0.1:${port}`, await cookies()), { benchmark: 'never', runs: 0 });
    const attempt = await tryWebSocket(own, `ws://webui.example:${port}/headroom/ws`);
    assert.equal(attempt.opened, true);
    assert.ok(attempt.heard.some((text) => text.includes('"state"')));
  });
});

describe('a WebUI without a login', () => {
  let standIn: BuiltStandIn;
  let port: string;

  before(async () => {
    standIn = await startBuiltStandIn(8, ['--pace', '0']);
    port = new URL(standIn.url).port;
  });
  after(() => standIn?.stop());

  test('is not reached under a name that was pointed at this machine (DNS rebinding), though the page is its own', async () => {
    const context = await browser.newContext();
    const page = await pageAt(context, `http://evil.example:${port}/`);
    assert.deepEqual(await tryWebSocket(page, `ws://evil.example:${port}/headroom/ws`), { opened: false, heard: [] });
    assert.deepEqual(await tryWebSocket(page, `ws://127.0.0.1:${port}/headroom/ws`), { opened: false, heard: [] });
    assert.match(standIn.output(), /a page was refused: a host name that the WebUI does not serve/);
    assert.deepEqual(await whatHappened(standIn.url, {}), { benchmark: 'never', runs: 0 });
    await context.close();
  });
});

describe('serve --standalone, and its visitor on another site', () => {
  let folder: string;
  let sidecar: ChildProcess;
  let address: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-standalone-'));
    sidecar = spawn(process.execPath, [
      join(import.meta.dirname, '../../service/main.ts'),
      'serve',
      '--standalone',
      '--data-dir',
      folder,
      '--nvidia-smi',
      '/nowhere',
    ]);
    const said = await new Promise<string>((resolve) =>
      sidecar.stdout?.once('data', (data: Buffer) => resolve(data.toString())),
    );
    address = /http:\S+/.exec(said)?.[0] ?? '';
  });
  after(async () => {
    const gone = new Promise((resolve) => sidecar.once('exit', resolve));
    sidecar.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });

  test('opens from its address alone, without the token left in it, and shows its page under its own policy', async () => {
    const context = await browser.newContext();
    const complaints: string[] = [];
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(address);
    await page.getByText('(nvidia-smi, for an NVIDIA card) was not found').first().waitFor({ timeout: LIMIT_MS });
    assert.deepEqual(complaints, []);
    const token = new URL(address).searchParams.get('token') ?? '';
    assert.ok(token.length === 64 && !page.url().includes(token));
    const { port } = new URL(address);
    const socket = page.url().replace('http', 'ws');
    for (const name of ['evil.example', 'localhost', '127.0.0.1']) {
      const foreign = await pageAt(context, `http://${name}:${other.port}/`);
      for (const target of [
        `${socket}headroom/ws`,
        `ws://127.0.0.1:${port}/headroom/ws`,
        `ws://evil.example:${port}/headroom/ws`,
        `ws://127.0.0.1:${port}/viewer`,
      ]) {
        assert.deepEqual(
          { name, target, ...(await tryWebSocket(foreign, target)) },
          { name, target, opened: false, heard: [] },
        );
      }
      assert.deepEqual(await tryRequests(foreign, `http://127.0.0.1:${port}/`), []);
      await foreign.close();
    }
    const rebound = await context.newPage();
    assert.equal((await rebound.goto(`http://evil.example:${port}/`))?.status(), 403);
    await context.close();
  });

  test('gives its cookie to no other server on this machine', async () => {
    const context = await browser.newContext();
    await pageAt(context, address);
    assert.equal((await context.cookies()).length, 1);
    assert.deepEqual(await context.cookies(`http://127.0.0.1:${other.port}/`), []);
    await context.close();
  });
});
