import { readReport } from '../hosts/hosts.ts';
import type { Live } from '../hosts/run.ts';
import type { Clock } from '../base/clock.ts';
import type { Environment, HostMessage, ToHostMessage } from '../protocol/host.ts';
import { PROTOCOL_VERSION } from '../protocol/limits.ts';
import { shimMessageSchema, type ShimMessage, type ToShimMessage } from '../protocol/shim.ts';
import { keyHashOf } from '../recorder/key.ts';
import { createHostRuns } from './host-runs.ts';
import { createPeer, type Peer, type Socket } from './peer.ts';

export interface HostState {
  readonly pid: number;
  readonly environment: Environment;
  /** null while no checkpoint is loaded. */
  readonly keyHash: string | null;
}

export interface HostLinkOptions {
  readonly clock: Clock;
  readonly version: string;
  readonly onEnvironment: (host: HostState) => void;
  /** Only from the host in force, and only after it has said what it computes on. */
  readonly onMessage: (message: HostMessage, host: HostState) => void;
  readonly onGone: () => void;
  readonly log: (text: string) => void;
}

/** The one WebUI that the sidecar works for; a new connection replaces the old one. */
export interface HostLink {
  add(socket: Socket): void;
  readonly host: HostState | null;
  send(message: ToHostMessage): void;
}

interface Connection {
  readonly peer: Peer<ToShimMessage>;
  pid: number | null;
}

const REPLACED = 4001;
const WRONG_PROTOCOL = 4002;

export function createHostLink({ clock, version, onEnvironment, onMessage, onGone, log }: HostLinkOptions): HostLink {
  let current: Connection | null = null;
  let host: HostState | null = null;
  let live: Live | null = null;
  const runs = createHostRuns();

  function leave(): void {
    const hadHost = host !== null;
    current = null;
    host = null;
    live = null;
    runs.clear();
    if (hadHost) onGone();
  }

  function onHello(connection: Connection, { protocol, pid }: Extract<ShimMessage, { type: 'hello' }>): void {
    if (protocol !== PROTOCOL_VERSION) {
      const message = `The extension speaks version ${protocol} of the protocol, the sidecar version ${PROTOCOL_VERSION}: restart the WebUI.`;
      connection.peer.send({ type: 'refused', reason: 'protocol', message });
      connection.peer.close(WRONG_PROTOCOL, 'protocol');
      return;
    }
    if (current !== null && current !== connection) {
      const old = current;
      leave();
      old.peer.send({ type: 'refused', reason: 'replaced', message: 'Another connection of the WebUI took over.' });
      old.peer.close(REPLACED, 'replaced');
    }
    current = connection;
    connection.pid = pid;
    connection.peer.send({ type: 'welcome', protocol: PROTOCOL_VERSION, version });
    log(`host connected, pid ${pid}`);
  }

  function take(connection: Connection, message: ShimMessage): void {
    if (message.type === 'hello') return onHello(connection, message);
    if (connection !== current || connection.pid === null) {
      connection.peer.send({ type: 'error', reason: 'bad-message', message: 'The first message must be "hello".' });
    } else if (message.type === 'environment') {
      live = readReport(message.report);
      const { environment } = live;
      const keyHash = environment.checkpoint === null ? null : keyHashOf(environment);
      host = { pid: connection.pid, environment, keyHash };
      onEnvironment(host);
    } else if (host === null || live === null) {
      connection.peer.send({
        type: 'error',
        reason: 'not-now',
        message: `"environment" must come before "${message.type}".`,
      });
    } else {
      for (const understood of runs.read(message, live)) onMessage(understood, host);
    }
  }

  /** What the WebUI cannot be asked for is refused in its name. */
  function send(message: ToHostMessage): void {
    if (current === null || live === null || host === null) return;
    const order = message.type === 'run' ? runs.order(message, live) : message;
    if (order.type === 'run-refused') onMessage(order, host);
    else current.peer.send(order);
  }

  return {
    add: (socket) => {
      const peer = createPeer<ShimMessage, ToShimMessage>({
        socket,
        schema: shimMessageSchema,
        clock,
        log,
        // Nothing for the host may be dropped: each message is a kind of its own.
        kindOf: (message) => JSON.stringify(message),
        onMessage: (message) => take(connection, message),
        onClose: () => {
          if (connection !== current) return;
          log('host disconnected');
          leave();
        },
      });
      const connection: Connection = { peer, pid: null };
    },
    get host() {
      return host;
    },
    send,
  };
}
