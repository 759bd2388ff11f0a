import { readReport, traitsOf } from '../hosts/hosts.ts';
import { keptCheckpointsOf, type KeptCheckpoints } from '../hosts/kept-checkpoints.ts';
import { rescuesOf } from '../hosts/rescue.ts';
import type { Live } from '../hosts/run.ts';
import { weightsAfter, type Weights } from '../hosts/weights.ts';
import type { Clock } from '../base/clock.ts';
import type { Environment, HostMessage, ToHostMessage } from '../protocol/host.ts';
import { MAX_HOST_MESSAGES_PER_SECOND, PROTOCOL_VERSION } from '../protocol/limits.ts';
import { shimMessageSchema, type Report, type ShimMessage, type ToShimMessage } from '../protocol/shim.ts';
import { keyHashOf } from '../recorder/key.ts';
import { ANOTHER_HOST, NO_HELLO, shimVersionInWords, tooEarlyInWords } from '../words/index.ts';
import { createHostRuns, type HostRuns } from './host-runs.ts';
import { createPeer, type Peer, type Socket } from './peer.ts';

export interface HostState {
  readonly pid: number;
  /** Before it connected. */
  readonly hasGenerated: boolean;
  readonly environment: Environment;
  /** null while no checkpoint is loaded. */
  readonly keyHash: string | null;
  /** Whether the shim rescues decodes that run out of memory; null where it cannot. */
  readonly rescues: boolean | null;
  /** Checkpoints beside the one in use; null where it does not tell. */
  readonly kept: KeptCheckpoints | null;
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

type Hello = Extract<ShimMessage, { type: 'hello' }>;
/** By its hello. */
type Process = Pick<HostState, 'pid' | 'hasGenerated'>;

interface Connection {
  readonly peer: Peer<ToShimMessage>;
  process: Process | null;
}

/** `greeted`: it has said who it is; `ready`: also what it computes on. */
type Link = { readonly at: 'none' } | { readonly at: 'greeted'; readonly connection: Connection } | Ready;

interface Ready {
  readonly at: 'ready';
  readonly connection: Connection;
  readonly host: HostState;
  readonly live: Live;
  /** null before it was idle. */
  readonly weights: Weights | null;
}

const REPLACED = 4001;
const WRONG_PROTOCOL = 4002;

/** Long, for its parts share the state that is kept here; none of them is. */
export function createHostLink(options: HostLinkOptions): HostLink {
  const { log, onMessage } = options;
  const runs = createHostRuns();
  let link: Link = { at: 'none' };

  function leave(): void {
    const left = link;
    link = { at: 'none' };
    runs.clear();
    if (left.at === 'ready') options.onGone();
  }

  function onHello(connection: Connection, { protocol, pid, hasGenerated }: Hello): void {
    if (protocol !== PROTOCOL_VERSION) return refuseProtocol(connection.peer, protocol);
    const before = link.at === 'none' ? null : link.connection;
    if (before !== connection) {
      if (before !== null) {
        leave();
        replace(before.peer);
      }
      link = { at: 'greeted', connection };
    }
    connection.process = { pid, hasGenerated };
    connection.peer.send({ type: 'welcome', protocol: PROTOCOL_VERSION, version: options.version });
    log(`host connected, pid ${pid}`);
  }

  function take(connection: Connection, message: ShimMessage): void {
    if (message.type === 'hello') return onHello(connection, message);
    const { peer, process } = connection;
    if (link.at === 'none' || link.connection !== connection || process === null) {
      peer.send({ type: 'error', reason: 'bad-message', message: NO_HELLO });
    } else if (message.type === 'environment') {
      link = readyOf(connection, process, message.report, link.at === 'ready' ? link.weights : null);
      options.onEnvironment(link.host);
    } else if (link.at === 'greeted') {
      peer.send({ type: 'error', reason: 'not-now', message: tooEarlyInWords(message.type) });
    } else {
      const before = link.live;
      const ready = weighed(link, message, process);
      link = ready;
      if (ready.live !== before) options.onEnvironment(ready.host);
      for (const understood of runs.read(message, ready.live)) onMessage(understood, ready.host);
    }
  }

  return {
    add: (socket) => {
      const onClose = (): void => {
        if (link.at === 'none' || connection !== link.connection) return;
        log('host disconnected');
        leave();
      };
      const peer = hostPeer(socket, options, (message) => take(connection, message), onClose);
      const connection: Connection = { peer, process: null };
    },
    get host() {
      return link.at === 'ready' ? link.host : null;
    },
    send: (message) => {
      if (link.at === 'ready') order(message, link, runs, onMessage);
    },
  };
}

/** What the WebUI cannot be asked for is refused in its name. */
function order(
  message: ToHostMessage,
  { connection, host, live }: Ready,
  runs: HostRuns,
  onMessage: HostLinkOptions['onMessage'],
): void {
  const asked = message.type === 'run' ? runs.order(message, live) : message;
  if (asked.type === 'run-refused') onMessage(asked, host);
  else connection.peer.send(asked);
}

function hostPeer(
  socket: Socket,
  { clock, log }: HostLinkOptions,
  onMessage: (message: ShimMessage) => void,
  onClose: () => void,
): Peer<ToShimMessage> {
  return createPeer<ShimMessage, ToShimMessage>({
    socket,
    schema: shimMessageSchema,
    clock,
    mostPerSecond: MAX_HOST_MESSAGES_PER_SECOND,
    log,
    // Nothing for the host may be dropped: each message is a kind of its own.
    kindOf: (message) => JSON.stringify(message),
    onMessage,
    onClose,
  });
}

function hostOf({ environment, report }: Live, process: Process): HostState {
  const keyHash = environment.checkpoint === null ? null : keyHashOf(environment);
  return { ...process, environment, keyHash, rescues: rescuesOf(report), kept: keptCheckpointsOf(report.facts) };
}

function readyOf(connection: Connection, process: Process, report: Report, weights: Weights | null): Ready {
  const live = readReport(report, weights?.mib);
  return { at: 'ready', connection, live, host: hostOf(live, process), weights };
}

/** With the weights as they are told while the WebUI does nothing. */
function weighed(ready: Ready, message: ShimMessage, process: Process): Ready {
  if (message.type !== 'host-memory' || message.generating) return ready;
  const { report, environment } = ready.live;
  const weights = weightsAfter(ready.weights, message, traitsOf(environment));
  const isSame = (weights?.mib ?? null) === environment.traits.staticMiB;
  return isSame ? { ...ready, weights } : readyOf(ready.connection, process, report, weights);
}

function refuseProtocol(peer: Peer<ToShimMessage>, protocol: number): void {
  const message = shimVersionInWords(protocol, PROTOCOL_VERSION);
  peer.send({ type: 'refused', reason: 'protocol', message });
  peer.close(WRONG_PROTOCOL, 'protocol');
}

function replace(peer: Peer<ToShimMessage>): void {
  peer.send({ type: 'refused', reason: 'replaced', message: ANOTHER_HOST });
  peer.close(REPLACED, 'replaced');
}
