/**
 * The page's one WebSocket: says hello, and comes back by itself after a break. Nothing is kept for later while it is
 * down: an order must not be carried out minutes after the click, and who asks a question asks again once it is open.
 * A line that is cut, or a sidecar that was stopped, leaves a socket open and silent: that counts as a break too.
 */
import type { Clock } from '../service/base/clock.ts';
import { jsonOf } from '../service/base/json.ts';
import type { PROTOCOL_VERSION as ServiceProtocolVersion } from '../service/protocol/limits.ts';
import type { ToViewerMessage, ViewerMessage } from '../service/protocol/viewer.ts';
import type { Offline } from './offline.ts';

/** The page may import types only; this one makes a version that drifts a type error. */
const PROTOCOL_VERSION: typeof ServiceProtocolVersion = 5;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
/** After so many attempts in a row that came to nothing, people are told. */
const ATTEMPTS_UNTIL_GONE = 4;
/** While memory is read a message comes each second, and 2.5 s after the last reading the word that it is stale. */
const SILENT_AFTER_MS = 3000;
/**
 * Another socket is tried then. The relay needs half a minute to tell that the sidecar does not answer: it goes first.
 */
const HOPELESS_AFTER_MS = 60_000;

/** `open` once the other side has spoken, and until it falls silent. Attempts go on, whatever stands in the way. */
export type ConnectionState = 'connecting' | 'open' | Offline;

/** As much of a browser's WebSocket as is used. */
export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
}

export interface ConnectionOptions {
  openSocket: () => Socket;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  /** Asked after each attempt that comes to nothing, once people are told. */
  whyOffline: () => Promise<Offline>;
  onState: (state: ConnectionState) => void;
  onMessage: (message: ToViewerMessage) => void;
}

/** Null for anything that is not a message; an unknown type is for the receiver to ignore. */
function parse(data: unknown): ToViewerMessage | null {
  if (typeof data !== 'string') return null;
  const value = jsonOf(data);
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') return null;
  // The relay authenticates the sidecar, and the page shows text only as text.
  return value as ToViewerMessage;
}

export class Connection {
  readonly #options: ConnectionOptions;
  #socket: Socket | null = null;
  #state: ConnectionState = 'connecting';
  #failures = 0;
  #retry: { clear(): void } | null = null;
  /** Memory is read, so messages come; before the first one, because hello is answered. */
  #expectsMessages = true;
  #silence: { clear(): void } | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  start(): void {
    this.#open();
  }

  /** Cuts the pause before the next attempt short: the page has come back to the front, or the network has. */
  retryNow(): void {
    if (this.#retry === null) return;
    this.#retry.clear();
    this.#retry = null;
    this.#open();
  }

  /** False where there is nobody to send to. */
  send(message: ViewerMessage): boolean {
    if (this.#state !== 'open' || this.#socket === null) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #open(): void {
    const socket = this.#options.openSocket();
    this.#socket = socket;
    socket.onopen = () => {
      this.#failures = 0;
      socket.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION }));
      this.#expectsMessages = true;
      this.#watch(socket);
    };
    socket.onmessage = (event) => {
      const message = parse(event.data);
      if (message === null) return;
      if (message.type === 'state') this.#expectsMessages = message.source.health === 'ok';
      else if (message.type === 'sidecar' && message.state !== 'running') this.#expectsMessages = false;
      this.#watch(socket);
      this.#setState('open');
      this.#options.onMessage(message);
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#silence?.clear();
      this.#failures += 1;
      if (this.#failures < ATTEMPTS_UNTIL_GONE) this.#setState('connecting');
      else void this.#options.whyOffline().then((why) => this.#tellWhy(why));
      this.#retry = this.#options.clock.setTimeout(() => {
        this.#retry = null;
        this.#open();
      }, this.#pauseMs());
    };
  }

  /** From now on anew. A timer that was held up longer than the messages is put right by the first of them. */
  #watch(socket: Socket): void {
    this.#silence?.clear();
    if (!this.#expectsMessages) return;
    this.#silence = this.#options.clock.setTimeout(() => {
      this.#setState('connecting');
      this.#silence = this.#options.clock.setTimeout(() => socket.close(), HOPELESS_AFTER_MS);
    }, SILENT_AFTER_MS);
  }

  #tellWhy(why: Offline): void {
    // An attempt may have succeeded while that was asked.
    if (this.#failures >= ATTEMPTS_UNTIL_GONE) this.#setState(why);
  }

  /** Doubling pauses, each shortened by up to half at random, so that many pages do not come back at once. */
  #pauseMs(): number {
    const fullMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1));
    return fullMs * (1 - this.#options.random() / 2);
  }

  #setState(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state);
  }
}
