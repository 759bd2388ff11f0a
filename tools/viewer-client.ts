/** A page without a browser: speaks the viewer's side of the protocol through the WebUI's own route. */
import { WebSocket } from 'ws';
import type { ToViewerMessage, ViewerMessage, ViewerState } from '../service/protocol/viewer.ts';
import { PROTOCOL_VERSION } from '../service/protocol/limits.ts';

type Kind = ToViewerMessage['type'];
type OfKind<K extends Kind> = Extract<ToViewerMessage, { type: K }>;

export interface ViewerClient {
  /** The latest `state` message, or null before the first. */
  state(): ViewerState | null;
  send(message: ViewerMessage): void;
  /** Resolves with the first message from now on that fits; rejects after `timeoutMs`. */
  waitFor<K extends Kind>(kind: K, fits: (message: OfKind<K>) => boolean, timeoutMs: number): Promise<OfKind<K>>;
  onMessage(listener: (message: ToViewerMessage) => void): () => void;
  close(): void;
}

/** Connects to `/headroom/ws` of the WebUI at `webuiUrl` as a page of that origin would; retries for `timeoutMs`. */
export async function connectViewer(
  webuiUrl: string,
  timeoutMs: number,
  headers: Record<string, string> = {},
): Promise<ViewerClient> {
  const url = new URL('./headroom/ws', webuiUrl);
  url.protocol = 'ws:';
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await openViewer(url, { ...headers, Origin: new URL(webuiUrl).origin });
    } catch (error) {
      if (performance.now() > deadlineMs) throw new Error(`no connection to ${url.href}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Connects to a viewer's route as it stands, the sidecar's own `/viewer` included; rejects where it cannot. */
export async function openViewer(url: URL, headers: Record<string, string>): Promise<ViewerClient> {
  const socket = new WebSocket(url, { headers });
  const listeners = new Set<(message: ToViewerMessage) => void>();
  let state: ViewerState | null = null;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as ToViewerMessage;
    if (message.type === 'state') state = message;
    for (const listener of [...listeners]) listener(message);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`closed with ${code}`)));
  });
  socket.on('error', () => undefined); // a broken socket shows as a wait that times out
  const client: ViewerClient = {
    state: () => state,
    send: (message) => socket.send(JSON.stringify(message)),
    waitFor: (kind, fits, timeoutMs) => waitFor(client, kind, fits, timeoutMs),
    onMessage: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => socket.terminate(),
  };
  client.send({ type: 'hello', protocol: PROTOCOL_VERSION });
  return client;
}

function waitFor<K extends Kind>(
  client: ViewerClient,
  kind: K,
  fits: (message: OfKind<K>) => boolean,
  timeoutMs: number,
): Promise<OfKind<K>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      end();
      reject(new Error(`no fitting "${kind}" message within ${timeoutMs} ms`));
    }, timeoutMs);
    const end = client.onMessage((message) => {
      if (message.type !== kind || !fits(message as OfKind<K>)) return;
      clearTimeout(timer);
      end();
      resolve(message as OfKind<K>);
    });
  });
}
