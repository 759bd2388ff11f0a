import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { MAX_MESSAGE_BYTES } from '../../../service/protocol/limits.ts';
import { openGate, type Gate, type Role } from '../../../service/server/gate.ts';

const TOKEN = 'ab'.repeat(32);

let gate: Gate;
let roles: Role[];
let onMessage: () => void;

const openOne = () =>
  openGate({
    token: TOKEN,
    version: '0.1.0',
    roles: { '/host': 'host', '/viewer': 'viewer' },
    onSocket: (role, socket) => {
      roles.push(role);
      socket.on('error', () => undefined);
      socket.on('message', () => onMessage());
    },
  });

beforeEach(async () => {
  roles = [];
  onMessage = () => undefined;
  gate = await openOne();
});
afterEach(() => gate.close());

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** How opening a WebSocket ends: the open socket, or the HTTP status that it was refused with. */
function open(path: string, headers: Record<string, string>): Promise<WebSocket | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${gate.port}${path}`, { headers });
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', reject);
  });
}

describe('the gate', () => {
  test.each([
    ['no token', {}],
    ['another token', bearer('cd'.repeat(32))],
    ['a part of the token', bearer(TOKEN.slice(1))],
    ["the token as another scheme's", { Authorization: `Basic ${TOKEN}` }],
  ])('answers 401 to a request and to a WebSocket with %s (GET-2)', async (_what, headers) => {
    expect((await fetch(`http://127.0.0.1:${gate.port}/health`, { headers })).status).toBe(401);
    expect((await fetch(`http://127.0.0.1:${gate.port}/nowhere`, { headers })).status).toBe(401);
    expect(await open('/viewer', headers)).toBe(401);
    expect(roles).toEqual([]);
  });

  test('takes no port that is taken: several at once have one each (GET-1)', async () => {
    const others = await Promise.all(Array.from({ length: 5 }, openOne));
    const ports = [gate, ...others].map(({ port }) => port);
    await Promise.all(others.map((other) => other.close()));
    expect(new Set(ports).size).toBe(6);
  });

  test('listens to this machine alone: no other address of it is answered (GET-1)', async () => {
    const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const hosts = [
      '127.0.0.2',
      '::1',
      ...others.filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address),
    ];
    const opened = hosts.map((host) => {
      const socket = connect({ port: gate.port, host });
      return new Promise<boolean>((resolve) =>
        socket.on('connect', () => resolve(true)).on('error', () => resolve(false)),
      ).finally(() => socket.destroy());
    });
    expect(await Promise.all(opened)).toEqual(hosts.map(() => false));
  });

  test('answers its health to who has the token (GET-4)', async () => {
    const response = await fetch(`http://127.0.0.1:${gate.port}/health`, { headers: bearer(TOKEN) });
    expect([response.status, await response.json()]).toEqual([200, { ok: true, version: '0.1.0' }]);
  });

  test("answers 403 to a name that is not a loopback's, token or not (GET-3)", async () => {
    expect(await open('/viewer', { ...bearer(TOKEN), Host: 'evil.example' })).toBe(403);
    expect(await open('/viewer', { ...bearer(TOKEN), Host: '127.0.0.1.evil.example' })).toBe(403);
  });

  test.each(['/', '/viewers', '/host/', '//', '/constructor', '/__proto__'])(
    'opens no WebSocket on %s (GET-4)',
    async (path) => {
      expect(await open(path, bearer(TOKEN))).toBe(404);
    },
  );

  test.each(['host', 'viewer'] as const)('gives the role %s by the path (GET-4)', async (role) => {
    const socket = await open(`/${role}`, bearer(TOKEN));
    expect(roles).toEqual([role]);
    (socket as WebSocket).terminate();
  });

  test('closes a socket that sends more than 64 KiB at once with 1009 (BOTH-2)', async () => {
    const socket = (await open('/viewer', bearer(TOKEN))) as WebSocket;
    const code = new Promise((resolve) => socket.on('close', resolve));
    socket.send('x'.repeat(MAX_MESSAGE_BYTES + 1));
    expect(await code).toBe(1009);
  });

  test('takes one message of a socket a turn, so that the others come in between (BOTH-3)', async () => {
    let turn = 0;
    const turns: number[] = [];
    onMessage = () => {
      turns.push(turn);
      setImmediate(() => (turn += 1));
    };
    const socket = (await open('/viewer', bearer(TOKEN))) as WebSocket;
    for (let sent = 0; sent < 40; sent += 1) socket.send('{}');
    while (turns.length < 40) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(new Set(turns).size).toBe(40);
    socket.terminate();
  });

  test('waits for nobody who was refused and does not hang up', async () => {
    const raw = connect({ port: gate.port, host: '127.0.0.1', allowHalfOpen: true });
    raw.write('GET /viewer HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const said = new Promise<string>((resolve) => raw.once('data', (data: Buffer) => resolve(data.toString())));
    expect(await said).toContain('401 Unauthorized');
    // With its own half still open a write meets a connection that is gone.
    const gone = new Promise<void>((resolve) => raw.on('error', () => resolve()));
    const writing = setInterval(() => raw.write('x'), 20);
    await gone;
    clearInterval(writing);
    raw.destroy();
  });

  test('hangs up on a request that does not come to its end', async () => {
    const raw = connect({ port: gate.port, host: '127.0.0.1' });
    raw.on('error', () => undefined);
    const dripping = setInterval(() => raw.write('X-Slow: 1\r\n'), 200);
    raw.write('GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n');
    await new Promise((resolve) => raw.on('close', resolve).resume());
    clearInterval(dripping);
    expect((await fetch(`http://127.0.0.1:${gate.port}/health`, { headers: bearer(TOKEN) })).status).toBe(200);
  });
});
