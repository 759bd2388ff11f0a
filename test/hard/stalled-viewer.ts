/** A page that asks and never reads: a laptop that went to sleep, or somebody who means harm. */
import { WebSocket } from 'ws';
import { PROTOCOL_VERSION } from '../../service/protocol/limits.ts';

/**
 * Each answer is some 30 KB: more than the system takes in for a socket that is not read, before the sidecar hangs up
 * on it.
 */
const ASKS_EVERY_MS = 500;

export interface StalledViewer {
  asked(): number;
  end(): void;
}

export async function connectStalled(url: URL, headers: Readonly<Record<string, string>>): Promise<StalledViewer> {
  const socket = new WebSocket(url, { headers });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  socket.pause();
  socket.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION }));
  let asked = 0;
  const timer = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    asked += 1;
    socket.send(JSON.stringify({ type: 'runs', requestId: asked }));
  }, ASKS_EVERY_MS);
  return {
    asked: () => asked,
    end: () => {
      clearInterval(timer);
      socket.terminate();
    },
  };
}
