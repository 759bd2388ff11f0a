import type * as z from 'zod';
import { at } from '../base/at.ts';
import type { Result } from '../base/result.ts';
import type { Clock } from '../base/clock.ts';
import type { ErrorMessage } from '../protocol/error.ts';
import { fitSchema } from '../protocol/fit-schema.ts';
import { createOutbox, type Sink } from './outbox.ts';
import { NOT_JSON, NOT_TEXT, OWN_ERROR, tooManyInWords, unfitInWords } from '../words/index.ts';

/** The part of a `ws` socket that a peer needs. */
export interface Socket extends Sink {
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'message', listener: (data: { toString(): string }, isBinary: boolean) => void): unknown;
  on(event: 'pong' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** One end of the wire with its protocol kept: everything that arrives is parsed here and nowhere else. */
export interface Peer<Out> {
  /** `text` is the message as JSON, where it was made already for many. */
  send(message: Out | ErrorMessage, text?: string): void;
  close(code: number, reason: string): void;
}

/** One of either role. */
export type AnyPeer = Peer<never>;
/** What went wrong is a bug: the other side hears of it, and the sidecar lives on. */
export type Fail = (error: unknown, peer: Pick<AnyPeer, 'send'>) => void;

export function failing(log: (text: string) => void): Fail {
  return (error, peer) => {
    log(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    peer.send({ type: 'error', reason: 'internal', message: OWN_ERROR });
  };
}

export interface PeerOptions<In, Out> {
  readonly socket: Socket;
  readonly schema: z.ZodType<In>;
  readonly clock: Clock;
  /** The other side may send so many messages within a second. */
  readonly mostPerSecond: number;
  /** Messages of one kind replace each other where a socket is slow. */
  readonly kindOf: (message: Out | ErrorMessage) => string;
  /** What it throws is a bug: the other side hears of it, and the sidecar lives on. */
  readonly onMessage: (message: In) => void;
  readonly log: (text: string) => void;
  readonly onClose: () => void;
}

export const PING_MS = 30_000;
const WINDOW_MS = 1_000;
const POLICY_VIOLATION = 1008;

export function createPeer<In, Out>(options: PeerOptions<In, Out>): Peer<Out> {
  const { socket, schema, clock, mostPerSecond, kindOf, onMessage, log, onClose } = options;
  const outbox = createOutbox(socket);
  const tooMany = createRateCheck(clock, mostPerSecond);
  const heartbeat = startHeartbeat(socket, clock);
  const fail = failing(log);
  let closed = false;

  function send(message: Out | ErrorMessage, text = JSON.stringify(message)): void {
    outbox.send(text, () => kindOf(message));
  }

  function end(): void {
    closed = true;
    outbox.close();
  }

  function handle(message: In): void {
    try {
      onMessage(message);
    } catch (error) {
      fail(error, { send });
    }
  }

  socket.on('message', (data, isBinary) => {
    if (closed) return;
    if (tooMany()) {
      const message = tooManyInWords(mostPerSecond);
      socket.send(JSON.stringify({ type: 'error', reason: 'too-many-messages', message }), () => undefined);
      end();
      socket.close(POLICY_VIOLATION, 'too many messages');
      return;
    }
    const parsed = parse(schema, isBinary ? null : data.toString());
    if (parsed.ok) handle(parsed.value);
    else send({ type: 'error', reason: 'bad-message', message: parsed.reason });
  });
  socket.on('pong', () => heartbeat.answered());
  // A message that is too long or not UTF-8: `ws` closes the socket itself, with 1009 or 1007.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    end();
    heartbeat.stop();
    onClose();
  });

  return { send, close: (code, reason) => socket.close(code, reason) };
}

/** Pings; a socket that leaves one unanswered until the next is dead. */
function startHeartbeat(socket: Pick<Socket, 'ping' | 'terminate'>, clock: Clock): { answered(): void; stop(): void } {
  let answered = true;
  let timer = clock.setTimeout(ping, PING_MS);

  function ping(): void {
    if (!answered) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
    timer = clock.setTimeout(ping, PING_MS);
  }

  return {
    answered: () => {
      answered = true;
    },
    stop: () => timer.clear(),
  };
}

/** @returns asked at each arrival: whether they come faster than anybody needs. */
function createRateCheck(clock: Clock, mostPerSecond: number): () => boolean {
  const arrivals: number[] = [];
  return () => {
    const nowMs = clock.monotonicMs();
    while (arrivals.length > 0 && nowMs - at(arrivals, 0) >= WINDOW_MS) arrivals.shift();
    arrivals.push(nowMs);
    return arrivals.length > mostPerSecond;
  };
}

/**
 * Escapes of what is no text: halves of characters (a file's name that is not UTF-8 becomes such) and NUL. An export
 * with them could not be imported.
 */
const UNFIT = /\\u(?:0000|[dD][89a-fA-F])/;

function wellFormed(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value;
}

function parse<In>(schema: z.ZodType<In>, text: string | null): Result<In, string> {
  if (text === null) return { ok: false, reason: NOT_TEXT };
  let value: unknown;
  try {
    value = JSON.parse(text, UNFIT.test(text) ? wellFormed : undefined);
  } catch {
    return { ok: false, reason: NOT_JSON };
  }
  const fitted = fitSchema(schema, value);
  return fitted.ok ? fitted : { ok: false, reason: problemOf(fitted.reason, value) };
}

function problemOf(problems: readonly string[], value: unknown): string {
  const type =
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
      ? value.type
      : null;
  return unfitInWords(type, problems);
}
