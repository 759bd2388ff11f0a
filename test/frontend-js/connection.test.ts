import { describe, expect, test } from '@jest/globals';
import { Connection } from '../../frontend-js/connection.ts';
import type { ConnectionState, Socket } from '../../frontend-js/connection.ts';
import type { Offline } from '../../frontend-js/offline.ts';
import { PROTOCOL_VERSION } from '../../service/protocol/limits.ts';
import type { ToViewerMessage } from '../../service/protocol/viewer.ts';
import { simulatedState } from '../browser/states.ts';
import { FakeClock } from './fake-clock.ts';

class FakeSocket implements Socket {
  readonly sent: string[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.onclose?.();
  }

  says(message: ToViewerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const RUNS: ToViewerMessage = { type: 'runs', requestId: 1, rows: [], total: 0 };
const MEMORY: ToViewerMessage = {
  type: 'memory',
  atMs: 0,
  usedMiB: 3000,
  totalMiB: 8192,
  webuiMiB: 2400,
  othersMiB: 600,
};

function connect(random = () => 0, why: Offline[] = []) {
  const clock = new FakeClock();
  const sockets: FakeSocket[] = [];
  const states: ConnectionState[] = [];
  const messages: ToViewerMessage[] = [];
  const connection = new Connection({
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    clock,
    random,
    whyOffline: () => Promise.resolve(why.shift() ?? 'gone'),
    onState: (state) => states.push(state),
    onMessage: (message) => messages.push(message),
  });
  connection.start();
  const last = () => sockets.at(-1) as FakeSocket;
  return { clock, sockets, states, messages, connection, last };
}

describe('the connection', () => {
  test('says hello before anything else', () => {
    const { connection, last } = connect();
    last().onopen?.();
    last().says(RUNS);
    connection.send({ type: 'runs', requestId: 1 });
    expect(last().sent.map((text): unknown => JSON.parse(text))).toEqual([
      { type: 'hello', protocol: PROTOCOL_VERSION },
      { type: 'runs', requestId: 1 },
    ]);
  });

  test('keeps no order for later', () => {
    const { connection, last } = connect();
    expect(connection.send({ type: 'benchmark-resume' })).toBe(false);
    last().onopen?.();
    expect(last().sent).toHaveLength(1);
  });

  test('comes back after a break, in pauses that double up to ten seconds', () => {
    const { clock, last } = connect();
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      last().close();
      const [pauseMs = 0] = clock.waitingMs;
      pauses.push(pauseMs);
      clock.advance(pauseMs);
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  test('shortens each pause at random by up to half', () => {
    const { clock, last } = connect(() => 0.5);
    last().close();
    expect(clock.waitingMs).toEqual([375]);
  });

  test('is given up in words after four attempts, and still comes back', async () => {
    const { clock, states, last } = connect();
    for (let attempt = 0; attempt < 4; attempt += 1) {
      last().close();
      clock.advance(10_000);
    }
    await Promise.resolve();
    expect(states).toEqual(['gone']);
    last().onopen?.();
    last().says(RUNS);
    expect(states).toEqual(['gone', 'open']);
  });

  test('says what stands in the way now, and nothing of it once it is open', async () => {
    const { clock, states, last } = connect(undefined, ['gone', 'logged-out', 'refused']);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      last().close();
      clock.advance(10_000);
      await Promise.resolve();
    }
    last().close();
    clock.advance(10_000);
    // The answer comes too late.
    last().onopen?.();
    last().says(RUNS);
    await Promise.resolve();
    expect(states).toEqual(['gone', 'logged-out', 'open']);
  });

  test('does not wait when the page comes to the front', () => {
    const { clock, connection, sockets, last } = connect();
    last().close();
    connection.retryNow();
    connection.retryNow();
    expect(sockets).toHaveLength(2);
    expect(clock.waitingMs).toEqual([]);
  });

  test('ignores what is not a message', () => {
    const { messages, last } = connect();
    for (const data of ['{', '[]', '7', 'null', '{"type":3}', new ArrayBuffer(4), '{"type":"runs"}'])
      last().onmessage?.({ data });
    expect(messages).toEqual([{ type: 'runs' }]);
  });
});

describe('a socket that stays open and falls silent', () => {
  const stateOf = (health: 'ok' | 'stale'): ToViewerMessage => {
    const state = simulatedState();
    return { ...state, source: { ...state.source, health } };
  };
  const stopped: ToViewerMessage = { type: 'sidecar', state: 'stopped', message: 'Stopped.', canRestart: true };

  function open(...said: ToViewerMessage[]) {
    const connected = connect();
    connected.last().onopen?.();
    for (const message of said) connected.last().says(message);
    return connected;
  }

  test('is no connection after three seconds without a message, and one again with the next', () => {
    const { clock, states, connection, last } = open(stateOf('ok'));
    clock.advance(2999);
    expect(states).toEqual(['open']);
    clock.advance(1);
    expect(states).toEqual(['open', 'connecting']);
    expect(connection.send({ type: 'benchmark-resume' })).toBe(false);
    last().says(MEMORY);
    expect(states).toEqual(['open', 'connecting', 'open']);
    expect(connection.send({ type: 'benchmark-resume' })).toBe(true);
  });

  test('is not called so while memory comes once a second', () => {
    const { clock, states, last } = open(stateOf('ok'));
    for (let second = 0; second < 100; second += 1) {
      clock.advance(1000);
      last().says(MEMORY);
    }
    expect(states).toEqual(['open']);
  });

  test.each([
    ['where the source gives no readings', stateOf('stale')],
    ['where the sidecar does not run', stopped],
  ])('is left alone %s: nothing has to come', (_, message) => {
    const { clock, states, sockets } = open(stateOf('ok'), message);
    clock.advance(600_000);
    expect(states).toEqual(['open']);
    expect(sockets).toHaveLength(1);
  });

  test('is watched again once there are readings again', () => {
    const { clock, states, last } = open(stateOf('stale'));
    clock.advance(10_000);
    last().says(stateOf('ok'));
    clock.advance(3000);
    expect(states).toEqual(['open', 'connecting']);
  });

  test('is given up in favour of a new one a minute later, which is open when hello is answered', () => {
    const { clock, states, sockets, last } = open(stateOf('ok'));
    clock.advance(3000 + 60_000 + 500);
    expect(sockets).toHaveLength(2);
    last().onopen?.();
    expect(states).toEqual(['open', 'connecting']);
    last().says(stateOf('ok'));
    expect(states).toEqual(['open', 'connecting', 'open']);
  });

  test('is given up where not even hello is answered', () => {
    const { clock, states, sockets } = open();
    clock.advance(3000 + 60_000 + 500);
    expect(sockets).toHaveLength(2);
    expect(states).toEqual([]);
  });

  test('is not watched any more once it has closed', () => {
    const { clock, last } = open(stateOf('ok'));
    last().close();
    expect(clock.waitingMs).toEqual([500]);
  });
});
