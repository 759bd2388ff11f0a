/** Every door of the sidecar and of `serve --standalone`, as the app itself lists them. */
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Express } from 'express';
import { WebSocket } from 'ws';
import { SIDECAR_ROLES } from '../../../service/cli/serve.ts';
import { standalone, tokenOfBrowser } from '../../../service/cli/standalone/standalone.ts';
import { openGate, type Gate, type GateOptions } from '../../../service/server/gate.ts';

const TOKEN = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);
const FOLDER = 'f0f0f0f0f0f0f0f0';
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

type Headers = Readonly<Record<string, string>>;

interface Layer {
  readonly route?: { readonly path: string };
}

/** A door more fails the test until somebody has thought about it. */
const KINDS = [
  {
    kind: 'the sidecar',
    parts: { roles: SIDECAR_ROLES },
    http: ['/health'],
    webSocket: ['/host', '/viewer', '/program'],
  },
  {
    kind: 'serve --standalone',
    parts: {
      otherTokenOf: tokenOfBrowser,
      ...standalone(TOKEN, FOLDER, () => '// the page', {
        html: () => '<!doctype html>',
        answer: () => Promise.resolve({ ok: true, entries: [], table: [] }),
      }),
    },
    http: [
      '/health',
      '/',
      `/${FOLDER}/`,
      `/${FOLDER}/headroom.js`,
      `/${FOLDER}/languages/de.js`,
      `/${FOLDER}/plots/uplot.js`,
      `/${FOLDER}/standalone/standalone.js`,
      `/${FOLDER}/estimate`,
      `/${FOLDER}/compare`,
    ],
    webSocket: [`/${FOLDER}/headroom/ws`],
  },
] satisfies readonly {
  kind: string;
  parts: Pick<GateOptions, 'roles' | 'otherTokenOf' | 'addRoutes'>;
  http: readonly string[];
  webSocket: readonly string[];
}[];

describe.each(KINDS)('$kind', ({ parts, http, webSocket }) => {
  let gate: Gate;
  let listed: string[];

  beforeEach(async () => {
    const addRoutes = (app: Express): void => {
      if ('addRoutes' in parts) parts.addRoutes(app);
      listed = (app.router.stack as readonly Layer[]).flatMap(({ route }) => (route === undefined ? [] : [route.path]));
    };
    gate = await openGate({
      token: TOKEN,
      version: '0.1.0',
      onSocket: (_role, socket) => socket.terminate(),
      ...parts,
      addRoutes,
    });
    // The first request that may come in makes the routes.
    await httpStatus(gate, '/health', 'GET', { Authorization: `Bearer ${TOKEN}` });
  });
  afterEach(() => gate.close());

  const strangers: Headers[] = [
    {},
    { Authorization: '' },
    { Authorization: 'Bearer' },
    { Authorization: `Bearer ${OTHER}` },
    { Authorization: `Bearer ${TOKEN.slice(1)}` },
    { Authorization: `Bearer ${TOKEN}0` },
    { Authorization: `Bearer ${TOKEN}, Bearer ${TOKEN}` },
    { Authorization: `Basic ${TOKEN}` },
    { Authorization: TOKEN },
    { Cookie: 'headroom-token' },
    { Cookie: 'headroom-token=' },
    { Cookie: `headroom-token=${OTHER}` },
    { Cookie: `Headroom-Token=${TOKEN}` },
    { Cookie: `x=headroom-token=${TOKEN}` },
    { Cookie: 'access-token=made-up' },
    { Cookie: `headroom-token=${TOKEN}`, Origin: 'http://evil.example' },
    { Cookie: `headroom-token=${TOKEN}`, Origin: 'null' },
    { Cookie: `headroom-token=${TOKEN}`, Host: 'evil.example' },
    { Authorization: `Bearer ${TOKEN}`, Host: 'evil.example' },
    { Authorization: `Bearer ${TOKEN}`, Host: 'localhost.evil.example' },
    { Authorization: `Bearer ${TOKEN}`, Host: '127.0.0.1.evil.example:80' },
    { Authorization: `Bearer ${TOKEN}`, Host: 'localhost.' },
    { Authorization: `Bearer ${TOKEN}`, Host: '[::2]' },
    { Authorization: `Bearer ${TOKEN}`, Host: '127.0.0.1@evil.example' },
    { Authorization: `Bearer ${TOKEN}`, Host: '0.0.0.0' },
  ];

  test('has the doors that are known, and no other', () => {
    expect(listed).toEqual(http);
    expect(Object.keys(parts.roles)).toEqual(webSocket);
  });

  test('opens none to a stranger, by whatever method (GET-2 and GET-3)', async () => {
    for (const path of [...listed, ...Object.keys(parts.roles), '/nowhere', `/?token=${OTHER}`]) {
      for (const headers of strangers) {
        for (const method of METHODS)
          expect({ path, method, headers, refused: isRefusal(await httpStatus(gate, path, method, headers)) }).toEqual({
            path,
            method,
            headers,
            refused: true,
          });
        expect({ path, headers, refused: isRefusal(await socketStatus(gate, path, headers)) }).toEqual({
          path,
          headers,
          refused: true,
        });
      }
    }
  });

  test('changes nothing by a request: only a WebSocket does', async () => {
    for (const path of listed) {
      for (const method of METHODS.slice(2, -1))
        expect([path, await httpStatus(gate, path, method, { Authorization: `Bearer ${TOKEN}` })]).toEqual([path, 404]);
    }
  });
});

function isRefusal(status: number): boolean {
  return status === 401 || status === 403;
}

function httpStatus({ port }: Gate, path: string, method: string, headers: Headers): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asking.on('error', reject);
    asking.end();
  });
}

/** 101 where it opens. */
function socketStatus({ port }: Gate, path: string, headers: Headers): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', reject);
  });
}
