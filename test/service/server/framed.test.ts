import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { createFramer, textFrame } from '../../../service/server/framed.ts';
import { openGate, type Gate } from '../../../service/server/gate.ts';
import type { Socket } from '../../../service/server/peer.ts';

const TOKEN = 'ab'.repeat(32);
const ignore = (): void => undefined;

describe('a frame', () => {
  test.each([
    [0, [0x81, 0]],
    [125, [0x81, 125]],
    [126, [0x81, 126, 0, 126]],
    [65_535, [0x81, 126, 0xff, 0xff]],
    [65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
  ])('of %d bytes has its length as RFC 6455 wants it', (bytes, head) => {
    expect(textFrame('x'.repeat(bytes))).toEqual(Buffer.concat([Buffer.from(head), Buffer.alloc(bytes, 'x')]));
  });

  test('counts bytes, not characters', () => {
    expect([...textFrame('é')]).toEqual([0x81, 2, 0xc3, 0xa9]);
  });

  test('is made once for a text that goes to many, and anew for the next', () => {
    const frameOf = createFramer();
    const first = frameOf('one');
    expect(frameOf('one')).toBe(first);
    expect(frameOf('two')).toEqual(textFrame('two'));
    expect(frameOf('one')).toEqual(first);
  });
});

describe('a framed socket', () => {
  let gate: Gate;
  let client: WebSocket;
  let socket: Socket;
  const heard: string[] = [];

  beforeEach(async () => {
    heard.length = 0;
    const opened = new Promise<Socket>((resolve) => {
      void openGate({
        token: TOKEN,
        version: '0.1.0',
        roles: { '/viewer': 'viewer' },
        onSocket: (_role, given) => resolve(given),
      }).then((made) => {
        gate = made;
        client = new WebSocket(`ws://127.0.0.1:${made.port}/viewer`, { headers: { Authorization: `Bearer ${TOKEN}` } });
        client.on('message', (data: Buffer) => heard.push(data.toString()));
      });
    });
    socket = await opened;
    socket.on('error', ignore);
  });
  afterEach(async () => {
    client.terminate();
    await gate.close();
  });

  test('says what it was given, whatever its length, with pings between', async () => {
    const texts = ['{}', 'é'.repeat(100), 'x'.repeat(70_000), '{"type":"memory"}'];
    const pings = new Promise((resolve) => client.once('ping', resolve));
    for (const text of texts) {
      socket.send(text, ignore);
      socket.ping();
    }
    await pings;
    await new Promise((resolve) => socket.send('the last', resolve));
    await new Promise<void>((resolve) =>
      heard.includes('the last') ? resolve() : client.on('message', () => heard.includes('the last') && resolve()),
    );
    expect(heard).toEqual([...texts, 'the last']);
  });

  test('counts what waits in it, and tells when it was written', async () => {
    client.pause();
    const megabyte = 'x'.repeat(2 ** 20);
    let written = 0;
    for (let i = 0; i < 8; i += 1) socket.send(megabyte, () => (written += 1));
    expect(socket.bufferedAmount).toBeGreaterThan(2 ** 20);
    client.resume();
    await new Promise((resolve) => socket.send('the last', resolve));
    expect([written, socket.bufferedAmount]).toEqual([8, 0]);
  });

  test('says nothing behind the frame that closes it', async () => {
    const code = new Promise((resolve) => client.on('close', resolve));
    socket.send('before', ignore);
    socket.close(1008, 'for its own fault');
    socket.send('behind', ignore);
    expect(await code).toBe(1008);
    expect(heard).toEqual(['before']);
  });
});
