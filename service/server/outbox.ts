import { SOFT_BUFFERED_BYTES } from '../protocol/limits.ts';

/** The part of a socket that is written to. */
export interface Sink {
  readonly bufferedAmount: number;
  send(text: string, written: (error?: Error | null) => void): void;
}

/** Messages on their way to a socket, however slow it is: one of a kind waits at most. */
export interface Outbox {
  /** @param kind asked for only where the message has to wait. */
  send(text: string, kind: () => string): void;
  /** Nothing is sent any more. */
  close(): void;
}

export function createOutbox(socket: Sink): Outbox {
  /** What a slow socket has not taken yet, as JSON by kind, oldest first. */
  const waiting = new Map<string, string>();
  let closed = false;

  function full(): boolean {
    return socket.bufferedAmount > SOFT_BUFFERED_BYTES;
  }

  function flush(): void {
    for (const [kind, text] of waiting) {
      if (closed || full()) return;
      waiting.delete(kind);
      socket.send(text, flush);
    }
  }

  return {
    send: (text, kindOf) => {
      if (closed) return;
      // As good as always. Through the map, each page's messages would leave tables in V8's old space, which is seldom
      // swept.
      if (waiting.size === 0 && !full()) return socket.send(text, flush);
      const kind = kindOf();
      // At the end of the queue: what is newer must not be overtaken by what is older.
      waiting.delete(kind);
      waiting.set(kind, text);
      flush();
    },
    close: () => {
      closed = true;
      waiting.clear();
    },
  };
}
