import { PROTOCOL_VERSION } from '../../../service/protocol/limits.ts';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { WebSocket } from 'ws';
import type { ViewerState } from '../../../service/protocol/viewer.ts';
import { STORE_FILE } from '../../../service/store/open.ts';
import { openStore } from '../../../service/store/store.ts';
import { startOf } from '../hosts/as-shim.ts';
import { REPORT } from '../server/fake-host.ts';
import { temporaryDir } from '../server/rig.ts';
import { NO_EXIT } from './no-exit.ts';

const TOKEN = 'ab'.repeat(32);

/** A start from the sources takes some seconds where the machine is busy. */
jest.setTimeout(30_000);

let dir: ReturnType<typeof temporaryDir>;
let children: ChildProcessWithoutNullStreams[];

beforeEach(() => {
  dir = temporaryDir();
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  dir.remove();
});

function start(
  args: readonly string[] = [],
  dataDir = dir.path,
  env: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  const main = new URL('../../../service/main.ts', import.meta.url).pathname;
  const own = ['serve', '--data-dir', dataDir, '--nvidia-smi', '/nowhere/nvidia-smi', ...args];
  const child = spawn(process.execPath, [NO_EXIT, main, ...own], { env: { ...process.env, ...env } });
  children.push(child);
  return child;
}

const firstLineOf = (child: ChildProcessWithoutNullStreams) =>
  new Promise<string>((resolve) => child.stdout.once('data', (text: Buffer) => resolve(text.toString())));
const endOf = (child: ChildProcessWithoutNullStreams) =>
  new Promise<number | null>((resolve) => child.once('exit', resolve));

function firstState(port: number): Promise<string> {
  const page = new WebSocket(`ws://127.0.0.1:${port}/viewer`, { headers: { Authorization: `Bearer ${TOKEN}` } });
  page.on('open', () => page.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION })));
  return new Promise((resolve) => page.once('message', (data: Buffer) => resolve(data.toString())));
}

function connect(port: number, role: string): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${port}/${role}`, { headers: { Authorization: `Bearer ${TOKEN}` } });
}

/** Resolves when the run `r` is open. */
async function beginRun(port: number): Promise<void> {
  const host = connect(port, 'host');
  const settings = { operation: 'txt2img' as const, width: 512, height: 512, batchSize: 1, hires: null };
  host.on('open', () => {
    host.send(
      JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION, shimVersion: '0.1.0', pid: 1, hasGenerated: false }),
    );
    host.send(JSON.stringify({ type: 'environment', report: REPORT }));
    for (const message of startOf('r', settings, { torch: null, atMs: Date.now() })) host.send(JSON.stringify(message));
    host.send('{"type":"nonsense"}');
  });
  // Messages are answered in order: after this error the run is open.
  await new Promise<void>((resolve) =>
    host.on('message', (data: Buffer) => data.toString().includes('nonsense') && resolve()),
  );
}

describe('headroom serve', () => {
  test('says in one JSON line where it listens, speaks, and ends with its stdin (GET-1)', async () => {
    const child = start();
    child.stdin.write(`${TOKEN}\n`);
    const line = JSON.parse(await firstLineOf(child)) as { port: number };
    expect(line).toEqual({ listening: true, port: expect.any(Number), pid: child.pid, version: expect.any(String) });
    const state = await firstState(line.port);
    expect(JSON.parse(state)).toMatchObject({ type: 'state', environment: null });
    const ended = endOf(child);
    child.stdin.end();
    expect(await ended).toBe(0);
  });

  test('of a WebUI whose data folder cannot be written keeps runs elsewhere, and pages are told', async () => {
    const blocked = join(dir.path, 'headroom');
    writeFileSync(blocked, 'a file in the way');
    const child = start(['--webui-id', 'w'], blocked, { TMPDIR: dir.path, TEMP: dir.path });
    child.stdin.write(`${TOKEN}\n`);
    const { port } = JSON.parse(await firstLineOf(child)) as { port: number };
    const state = JSON.parse(await firstState(port)) as ViewerState;
    expect(state.notices.map(({ notice }) => notice)).toMatchObject([{ code: 'store', notice: { code: 'elsewhere' } }]);
    const ended = endOf(child);
    child.stdin.end();
    await ended;
    expect(readdirSync(dir.path).filter((name) => existsSync(join(dir.path, name, STORE_FILE)))).toHaveLength(1);
  });

  test('never prints its token', async () => {
    const child = start();
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
    child.stdin.write(`${TOKEN}\n`);
    await firstLineOf(child);
    const ended = endOf(child);
    child.stdin.end();
    await ended;
    expect(said).toContain('listening');
    expect(said).not.toContain(TOKEN.slice(0, 16));
  });

  test('ends when its parent is gone, though its stdin is open', async () => {
    const parent = spawn(process.execPath, ['-e', '']);
    await endOf(parent);
    const child = start(['--parent-pid', String(parent.pid)]);
    child.stdin.write(`${TOKEN}\n`);
    expect(await endOf(child)).toBe(0);
  });

  test.each([
    ['a line that is no token', 'hello\n'],
    ['a token that is too short', `${TOKEN.slice(2)}\n`],
  ])('does not serve with %s (GET-2)', async (_what, text) => {
    const child = start();
    child.stdin.write(text);
    expect(await endOf(child)).toBe(2);
  });

  test('ends in order on SIGTERM', async () => {
    const child = start();
    child.stdin.write(`${TOKEN}\n`);
    await firstLineOf(child);
    const ended = endOf(child);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  test('ends in order while a WebUI and a page are connected, a run in hand, and keeps that run', async () => {
    const child = start();
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    child.stdin.write(`${TOKEN}\n`);
    const { port } = JSON.parse(await firstLineOf(child)) as { port: number };
    const page = connect(port, 'viewer');
    page.on('open', () => page.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION })));
    await beginRun(port);
    const ended = endOf(child);
    child.stdin.end();
    expect([await ended, said.includes('rror:')]).toEqual([0, false]);
    const store = openStore(dir.path, 0);
    expect(store.allRuns()).toMatchObject([{ runId: 'r', outcome: 'interrupted' }]);
    store.close();
  });

  test('that was killed in the middle of a run is told of by the next one, in that run', async () => {
    const killed = start();
    killed.stdin.write(`${TOKEN}\n`);
    const { port } = JSON.parse(await firstLineOf(killed)) as { port: number };
    await beginRun(port);
    const gone = endOf(killed);
    killed.kill('SIGKILL');
    await gone;
    const next = start();
    next.stdin.write(`${TOKEN}\n`);
    await firstLineOf(next);
    const ended = endOf(next);
    next.stdin.end();
    await ended;
    const store = openStore(dir.path, 0);
    expect(store.allRuns()).toMatchObject([{ runId: 'r', outcome: 'interrupted', marks: ['cut-off'] }]);
    store.close();
  });

  test('says that it wants a token where its stdin ends before one came', async () => {
    const child = start();
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.stdin.end();
    expect([await closed, said]).toEqual([2, expect.stringMatching(/token of 64 hex digits.*--standalone/)]);
  });
});

describe('headroom serve --standalone', () => {
  test('serves its page and a socket to who has the address, and nothing to others', async () => {
    const child = start(['--standalone']);
    const address = /http:\S+/.exec(await firstLineOf(child))?.[0] ?? '';
    const url = new URL(address);
    const entry = await fetch(address, { redirect: 'manual' });
    const folder = entry.headers.get('location') ?? '';
    expect([entry.status, folder]).toEqual([303, expect.stringMatching(/^\/[0-9a-f]{16}\/$/)]);
    const [cookie = '', ...terms] = entry.headers.get('set-cookie')?.split('; ') ?? [];
    // Browsers send a cookie to every port of a host: without the path another server on this machine would get the
    // token.
    expect(terms).toEqual(['HttpOnly', 'SameSite=Strict', `Path=${folder}`]);
    const page = await fetch(new URL(folder, url), { headers: { cookie } });
    expect(await page.text()).toContain('id="headroom_tab"');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect((await fetch(url.origin)).status).toBe(401);
    url.pathname = `${folder}headroom/ws`;
    expect(await socketStatus(url, { cookie, Origin: url.origin })).toBe('open');
    expect(await socketStatus(url, { cookie, Origin: 'http://evil.example' })).toBe(401);
    expect(await socketStatus(url, { cookie, Origin: `http://127.0.0.1:${Number(url.port) - 1}` })).toBe(401);
    expect(await socketStatus(url, {})).toBe(401);
  });
});

function socketStatus(url: URL, headers: Record<string, string>): Promise<'open' | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${url.host}${url.pathname}`, { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve('open');
    });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', reject);
  });
}
