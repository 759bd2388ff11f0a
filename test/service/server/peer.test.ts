import { beforeEach, describe, expect, test } from '@jest/globals';
import { PROTOCOL_VERSION, MAX_MESSAGES_PER_SECOND, SOFT_BUFFERED_BYTES } from '../../../service/protocol/limits.ts';
import { viewerMessageSchema, type ToViewerMessage, type ViewerMessage } from '../../../service/protocol/viewer.ts';
import { PING_MS, createPeer, type Peer } from '../../../service/server/peer.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { FakeSocket } from './fake-socket.ts';

const HELLO = { type: 'hello', protocol: PROTOCOL_VERSION };

let clock: FakeClock;
let socket: FakeSocket;
let peer: Peer<ToViewerMessage>;
let heard: ViewerMessage[];
let logged: string[];
let closed: number;

beforeEach(() => {
  clock = createFakeClock();
  socket = new FakeSocket();
  heard = [];
  logged = [];
  closed = 0;
  peer = createPeer<ViewerMessage, ToViewerMessage>({
    socket,
    schema: viewerMessageSchema,
    clock,
    mostPerSecond: MAX_MESSAGES_PER_SECOND,
    kindOf: ({ type }) => type,
    onMessage: (message) => {
      if (message.type === 'benchmark-discard') throw new Error('a bug');
      heard.push(message);
    },
    log: (text) => logged.push(text),
    onClose: () => (closed += 1),
  });
});

const memory = (atMs: number): ToViewerMessage => ({
  type: 'memory',
  atMs,
  usedMiB: null,
  totalMiB: null,
  webuiMiB: null,
  othersMiB: null,
});

describe('a message that does not fit the protocol', () => {
  test.each([
    ['not JSON', '{"type":', 'not JSON'],
    ['of an unknown type', '{"type":"nonsense"}', 'nonsense'],
    ['with a field too many', '{"type":"benchmark-cancel","surplus":1}', 'surplus'],
    ['with a field missing', '{"type":"runs"}', 'requestId'],
    ['no object', '[1,2]', 'does not fit'],
    ['null', 'null', 'does not fit'],
    [
      'with an object where a text is due, whose length throws',
      '{"type":"forget-runs","keyHash":{"length":{"valueOf":1,"toString":1}},"which":"all"}',
      'length',
    ],
  ])('because it is %s is answered with what is wrong, and the socket stays (BOTH-4)', (_what, text, words) => {
    socket.say(text);
    expect(socket.sent).toMatchObject([
      { type: 'error', reason: 'bad-message', message: expect.stringContaining(words) },
    ]);
    expect(socket.closedWith).toBeNull();
    socket.say(HELLO);
    expect(heard).toEqual([HELLO]);
  });

  test('in a text alone, by half of a character or NUL, is heard with a mark in its place: an export with such could not be imported (BOTH-4)', () => {
    socket.say('{"type":"forget-runs","which":"all","keyHash":"a\\udcff\\u0000b \\ud83d\\udc4d"}');
    expect(heard).toEqual([{ type: 'forget-runs', which: 'all', keyHash: 'a\uFFFD\uFFFDb 👍' }]);
  });

  test('because it is binary is answered, too (BOTH-4)', () => {
    socket.emit('message', Buffer.from([1, 2, 3]), true);
    expect(socket.sent).toMatchObject([{ type: 'error', message: expect.stringContaining('binary') }]);
  });

  test('is not quoted in the answer: it may hold a prompt (BOTH-4)', () => {
    socket.say({ type: 'forget-runs', which: 'all', keyHash: 'a secret prompt '.repeat(10) });
    expect(JSON.stringify(socket.sent)).not.toContain('secret');
  });
});

describe('too many messages', () => {
  test('close the socket with 1008 and an error (BOTH-3)', () => {
    for (let n = 0; n <= MAX_MESSAGES_PER_SECOND; n += 1) socket.say(HELLO);
    expect(heard).toHaveLength(MAX_MESSAGES_PER_SECOND);
    expect(socket.sent).toMatchObject([{ type: 'error', reason: 'too-many-messages' }]);
    expect(socket.closedWith).toBe(1008);
  });

  test('are not what a slider that is dragged sends (BOTH-3)', async () => {
    for (let n = 0; n < 300; n += 1) {
      socket.say(HELLO);
      await clock.advance(25);
    }
    expect(socket.closedWith).toBeNull();
  });
});

describe('a silent socket', () => {
  test('is pinged, and dropped where the ping before was not answered (BOTH-6)', async () => {
    socket.answersPings = false;
    await clock.advance(PING_MS + 1);
    expect(socket.terminated).toBe(false);
    await clock.advance(PING_MS);
    expect(socket.terminated).toBe(true);
    expect(closed).toBe(1);
    expect(clock.waiting).toBe(0);
  });

  test('that answers its pings stays (BOTH-6)', async () => {
    await clock.advance(10 * PING_MS);
    expect(socket.terminated).toBe(false);
  });
});

describe('a slow socket', () => {
  test('gets only the latest of each kind once it takes messages again (BOTH-7)', () => {
    socket.bufferedAmount = SOFT_BUFFERED_BYTES + 1;
    peer.send(memory(1));
    peer.send({ type: 'benchmark-plan', requestId: 1, runs: 1, minutes: null });
    peer.send(memory(2));
    expect(socket.sent).toEqual([]);
    socket.bufferedAmount = 0;
    peer.send(memory(3));
    socket.drain();
    expect(socket.sent.map((message) => [message.type, message['atMs']])).toEqual([
      ['benchmark-plan', undefined],
      ['memory', 3],
    ]);
  });
});

test('nothing is sent to a socket that has closed', () => {
  socket.emit('close');
  peer.send(memory(1));
  expect(socket.sent).toEqual([]);
});

test('a bug in answering a message is told and logged, and the next message is answered', () => {
  socket.say({ type: 'benchmark-discard' });
  expect(socket.sent).toMatchObject([{ type: 'error', reason: 'internal' }]);
  expect(logged).toEqual([expect.stringContaining('a bug')]);
  socket.say(HELLO);
  expect(heard).toEqual([HELLO]);
});
