import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { MAX_MESSAGE_BYTES } from '../protocol/limits.ts';
import { createFramer, framed } from './framed.ts';
import type { Socket } from './peer.ts';
import type { RouteOptions } from './routes.ts';
import { bearerOf, sameToken } from './token.ts';

export type Role = 'host' | 'viewer' | 'program';

/** Its pages are behind the token check. */
export interface GateOptions extends RouteOptions {
  readonly token: string;
  /** Paths that a WebSocket may be opened on, and the role that it gets there. */
  readonly roles: Readonly<Record<string, Role>>;
  readonly onSocket: (role: Role, socket: Socket) => void;
  /** Where else a request may carry its token than in its `Authorization` header (a person's own browser). */
  readonly otherTokenOf?: (request: IncomingMessage) => string | null;
}

export interface Gate {
  readonly port: number;
  close(): Promise<void>;
}

/** Whoever is on this machine may connect, and be slow; requests have no body and fit into one packet. */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16 * 1024,
};
const MOST_CONNECTIONS = 2_048;
const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Listens on 127.0.0.1, a port of the system's choice; nothing gets past without the token. Rejects where it cannot
 * listen.
 */
export async function openGate(options: GateOptions): Promise<Gate> {
  const allowed = (request: IncomingMessage): number => {
    // A page of another site that had its name resolved to 127.0.0.1 still sends its own name.
    if (!LOOPBACK_HOST.test(request.headers.host ?? '')) return 403;
    const given = bearerOf(request.headers.authorization) ?? options.otherTokenOf?.(request) ?? null;
    return given !== null && sameToken(given, options.token) ? 200 : 401;
  };

  /** Loaded with the first request that is for them: a WebUI's sidecar meets none, and express takes several MiB. */
  let routes: Promise<RequestListener> | null = null;
  const server = createServer(LIMITS, (request, response) => {
    const status = allowed(request);
    if (status !== 200) return void response.writeHead(status, { 'Content-Type': 'text/plain' }).end(REASONS[status]);
    routes ??= import('./routes.ts').then(({ createRoutes }) => createRoutes(options));
    void routes.then((answer) => answer(request, response));
  });
  server.maxConnections = MOST_CONNECTIONS;
  const frameOf = createFramer();
  // One message of each socket a turn, and no more is read of it meanwhile: who asks much waits, and nobody else does.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    clientTracking: true,
    allowSynchronousEvents: false,
    perMessageDeflate: false,
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const status = allowed(request);
    const role = options.roles[(request.url ?? '/').split('?', 1)[0] ?? '/'];
    if (status !== 200) return refuse(stream, status);
    if (role === undefined) return refuse(stream, 404);
    sockets.handleUpgrade(request, stream, head, (socket) => options.onSocket(role, framed(socket, stream, frameOf)));
  });
  await listening(server);
  return { port: (server.address() as AddressInfo).port, close: () => close(server, sockets) };
}

const REASONS: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found' };

function refuse(stream: Duplex, status: number): void {
  stream.on('error', () => stream.destroy());
  // Not left to the other side, which may never close its half.
  stream.end(`HTTP/1.1 ${status} ${REASONS[status] ?? 'Error'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    stream.destroy(),
  );
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}

function close(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
