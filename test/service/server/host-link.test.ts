import { MAX_HOST_MESSAGES_PER_SECOND, PROTOCOL_VERSION } from '../../../service/protocol/limits.ts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createHostLink, type HostLink, type HostState } from '../../../service/server/host-link.ts';
import { createFakeClock } from './fake-clock.ts';
import { memoryOf } from '../hosts/as-shim.ts';
import { REPORT } from './fake-host.ts';
import { FakeSocket } from './fake-socket.ts';

let link: HostLink;
let heard: string[];
let environments: HostState[];
let gone: number;

beforeEach(() => {
  heard = [];
  environments = [];
  gone = 0;
  link = createHostLink({
    clock: createFakeClock(),
    version: '0.1.0',
    onEnvironment: (host) => environments.push(host),
    onMessage: ({ type }) => heard.push(type),
    onGone: () => (gone += 1),
    log: () => undefined,
  });
});

const HELLO = { type: 'hello', protocol: PROTOCOL_VERSION, shimVersion: '0.1.0', pid: 4242, hasGenerated: false };
const MEMORY = memoryOf(null);
const IDLE = { allocatedMiB: 2077, reservedMiB: 2110 };

function connect(...messages: object[]): FakeSocket {
  const socket = new FakeSocket();
  link.add(socket);
  for (const message of messages) socket.say(message);
  return socket;
}

describe('a host', () => {
  test('is welcomed, and known once it has said what it computes on (HOST-2)', () => {
    const socket = connect(HELLO);
    expect(socket.sent).toEqual([{ type: 'welcome', protocol: PROTOCOL_VERSION, version: '0.1.0' }]);
    expect(link.host).toBeNull();
    socket.say({ type: 'environment', report: REPORT });
    expect(link.host).toMatchObject({ pid: 4242, keyHash: expect.stringMatching(/^[0-9a-f]{16}$/) });
  });

  test('that speaks before its hello, or before its environment, gets an error (BOTH-5 and HOST-2)', () => {
    expect(connect(MEMORY).sent).toMatchObject([{ type: 'error', reason: 'bad-message' }]);
    expect(connect(HELLO, MEMORY).sent).toMatchObject([{ type: 'welcome' }, { type: 'error', reason: 'not-now' }]);
    expect(heard).toEqual([]);
  });

  test('that speaks another version is refused and closed (BOTH-5)', () => {
    const socket = connect({ ...HELLO, protocol: PROTOCOL_VERSION - 1 });
    expect(socket.sent).toMatchObject([{ type: 'refused', message: expect.stringContaining('restart the WebUI') }]);
    expect(socket.closedWith).not.toBeNull();
    expect(link.host).toBeNull();
  });

  test('replaces the one before, which is told and closed (HOST-1)', () => {
    const first = connect(HELLO, { type: 'environment', report: REPORT });
    const second = connect({ ...HELLO, pid: 4243 }, { type: 'environment', report: REPORT });
    expect(first.last('refused')).toMatchObject({ reason: 'replaced' });
    expect([first.closedWith !== null, gone]).toEqual([true, 1]);
    expect(link.host?.pid).toBe(4243);
    link.send({ type: 'cancel', runId: 'x' });
    expect([first.all('cancel').length, second.all('cancel').length]).toEqual([0, 1]);
  });

  test('tells the weights when it does nothing, before anybody hears of its memory', () => {
    const socket = connect(HELLO, { type: 'environment', report: REPORT });
    const weights = () => environments.map(({ environment }) => environment.traits.staticMiB);
    socket.say(memoryOf({ ...IDLE, allocatedMiB: 5000 }, { generating: true }));
    expect(weights()).toEqual([null]);
    socket.say(memoryOf(IDLE));
    socket.say(memoryOf({ ...IDLE, allocatedMiB: 2403 }));
    expect(weights()).toEqual([null, 2077]);
    socket.say({ type: 'environment', report: REPORT });
    socket.say(memoryOf({ ...IDLE, allocatedMiB: 3000 }, { loaded: 'another' }));
    expect(weights()).toEqual([null, 2077, 2077, 3000]);
    expect(link.host?.environment.traits.staticMiB).toBe(3000);
  });

  test('that connects anew has its weights told anew', () => {
    connect(HELLO, { type: 'environment', report: REPORT }, memoryOf(IDLE)).emit('close');
    connect(HELLO, { type: 'environment', report: REPORT });
    expect(link.host?.environment.traits.staticMiB).toBeNull();
  });

  test('that was replaced has no say any more', () => {
    const first = connect(HELLO, { type: 'environment', report: REPORT });
    connect({ ...HELLO, pid: 4243 }, { type: 'environment', report: REPORT });
    first.emit('close');
    first.say(MEMORY);
    expect([gone, heard, link.host?.pid]).toEqual([1, [], 4243]);
  });

  test('that goes away is told of once', () => {
    const socket = connect(HELLO, { type: 'environment', report: REPORT });
    socket.emit('close');
    expect([gone, link.host]).toEqual([1, null]);
  });

  test('may say as much as a fast card has it say, and no more (BOTH-3)', () => {
    const socket = connect(HELLO, { type: 'environment', report: REPORT });
    for (let n = 2; n < MAX_HOST_MESSAGES_PER_SECOND; n += 1) socket.say(MEMORY);
    expect(socket.closedWith).toBeNull();
    expect(heard).toHaveLength(MAX_HOST_MESSAGES_PER_SECOND - 2);
    socket.say(MEMORY);
    expect(socket.closedWith).toBe(1008);
  });

  test('gets every message, also when its socket is slow (BOTH-7)', () => {
    const socket = connect(HELLO, { type: 'environment', report: REPORT });
    socket.bufferedAmount = 2 ** 21;
    link.send({ type: 'cancel', runId: 'a' });
    link.send({ type: 'cancel', runId: 'b' });
    socket.drain();
    expect(socket.all('cancel').map(({ runId }) => runId)).toEqual(['a', 'b']);
  });
});
