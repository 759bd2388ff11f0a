/** How far a command is, on a terminal alone. */
import type { TimedIo } from './io.ts';
import { createLiveLine } from './live-line.ts';

const EACH_MS = 200;

export interface Progress {
  /** Shown a few times a second at most. */
  tell(text: () => string): void;
  /** The line is empty again. */
  end(): void;
}

export function createProgress({ progressTerminal = null, nowMs }: TimedIo): Progress {
  const line = createLiveLine(progressTerminal);
  // What takes no time at all shows nothing.
  let nextAtMs = nowMs() + EACH_MS;
  return {
    tell: (text) => {
      if (progressTerminal === null || nowMs() < nextAtMs) return;
      nextAtMs = nowMs() + EACH_MS;
      line.show(text());
    },
    end: () => line.clear(),
  };
}
