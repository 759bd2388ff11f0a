import { describe, expect, test } from '@jest/globals';
import { Connection } from '../../frontend-js/connection.ts';
import type { ConnectionState, Socket } from '../../frontend-js/connection.ts';
import type { Offline } from '../../frontend-js/offline.ts';
import { PROTOCOL_VERSION } from '../../service/protocol/limits.ts';
import type { ToViewerMessage } from '../../service/protocol/viewer.ts';
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
}

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
    for (const data of ['{', '[]', '7', 'null', '{"type":3}', new ArrayBuffer(4), '{"type":"runs"}']) last().onmessage?.({ data });
    expect(messages).toEqual([{ type: 'runs' }]);
  });
});
