import type { MemoryFigures } from '../memory/ledger.ts';
import type { ToViewerMessage } from '../protocol/viewer.ts';
import type { Socket } from './peer.ts';
import { createViewer, follow, type Viewer, type ViewerOptions } from './viewer.ts';

/** All pages: they get the state when it changes, the memory as it moves, and estimates that follow both. */
export interface Viewers {
  add(socket: Socket): void;
  readonly count: number;
  /** Something that a page shows has changed; told once for many changes in a row. */
  changed(): void;
  memory(figures: MemoryFigures, atMs: number): void;
  broadcast(message: ToViewerMessage): void;
  /** To those who show memory as it moves. */
  live(message: () => ToViewerMessage): void;
  close(): void;
}

const STATE_EVERY_MS = 50;
/** A little under a fifth of a second: readings that come every 100 ms never come exactly so. */
const MEMORY_EVERY_MS = 190;
/** Smaller moves of the figures are noise to a person. */
const WORTH_TELLING_MIB = 8;

export function createViewers(options: ViewerOptions): Viewers {
  const { clock, state, answer } = options;
  const viewers = new Set<Viewer>();
  let pending: { clear(): void } | null = null;
  let memoryAtMs = -Infinity;
  let followed: MemoryFigures | null = null;
  let closed = false;

  const greeted = () => [...viewers].filter((viewer) => viewer.greeted);

  function tell(told: readonly Viewer[], message: ToViewerMessage): void {
    const text = JSON.stringify(message);
    for (const { peer } of told) peer.send(message, text);
  }

  function broadcast(message: ToViewerMessage): void {
    tell(greeted(), message);
  }

  function followAll(): void {
    for (const viewer of greeted()) follow(viewer, answer);
  }

  function tellState(): void {
    pending = null;
    if (viewers.size === 0) return;
    broadcast(state());
    followAll();
    // That was with the figures of this moment, or with none where the source has failed.
    followed = null;
  }

  return {
    add: (socket) => void viewers.add(createViewer(socket, options, (viewer) => viewers.delete(viewer))),
    get count() {
      return viewers.size;
    },
    changed: () => {
      if (!closed) pending ??= clock.setTimeout(tellState, STATE_EVERY_MS);
    },
    memory: (figures, atMs) => {
      if (viewers.size === 0) return;
      const { usedMiB, totalMiB, webuiMiB, othersMiB } = figures;
      if (clock.monotonicMs() - memoryAtMs >= MEMORY_EVERY_MS) {
        memoryAtMs = clock.monotonicMs();
        broadcast({ type: 'memory', atMs, usedMiB, totalMiB, webuiMiB, othersMiB });
      }
      if (followed !== null && !moved(followed, figures)) return;
      followed = figures;
      followAll();
    },
    broadcast,
    live: (message) => {
      const watching = greeted().filter(({ watches }) => watches);
      if (watching.length > 0) tell(watching, message());
    },
    close: () => {
      // What is told afterwards would ask a store that is closed.
      closed = true;
      pending?.clear();
    },
  };
}

function moved(before: MemoryFigures, now: MemoryFigures): boolean {
  if (before.loaded !== now.loaded) return true;
  return (['totalMiB', 'webuiMiB', 'othersMiB', 'otherMiB'] as const).some((name) => {
    const [a, b] = [before[name], now[name]];
    return a === null || b === null ? a !== b : Math.abs(a - b) >= WORTH_TELLING_MIB;
  });
}
