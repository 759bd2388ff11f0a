import type { Clock } from '../base/clock.ts';
import { PROTOCOL_VERSION } from '../protocol/limits.ts';
import {
  viewerMessageSchema,
  type EstimateResult,
  type RequestedSettings,
  type ToViewerMessage,
  type ViewerMessage,
  type ViewerState,
} from '../protocol/viewer.ts';
import type { MemoryFigures } from '../memory/ledger.ts';
import { createPeer, type Peer, type Socket } from './peer.ts';

export type ViewerPeer = Peer<ToViewerMessage>;
type Request = Exclude<ViewerMessage, { type: 'hello' | 'estimate' }>;

export interface ViewersOptions {
  readonly clock: Clock;
  readonly state: () => ViewerState;
  readonly answer: (settings: RequestedSettings) => EstimateResult;
  readonly log: (text: string) => void;
  readonly onRequest: (request: Request, peer: ViewerPeer) => void;
}

/** All pages: they get the state when it changes, the memory as it moves, and estimates that follow both. */
export interface Viewers {
  add(socket: Socket): void;
  readonly count: number;
  /** Something that a page shows has changed; told once for many changes in a row. */
  changed(): void;
  memory(figures: MemoryFigures, atMs: number): void;
  broadcast(message: ToViewerMessage): void;
  close(): void;
}

/** The last question of a tab, which is answered again when the answer changes. */
interface Asked {
  readonly requestId: number;
  readonly settings: RequestedSettings;
  answered: string;
}

interface Viewer {
  readonly peer: ViewerPeer;
  readonly asked: Map<'txt2img' | 'img2img', Asked>;
  greeted: boolean;
}

const STATE_EVERY_MS = 50;
/** A little under a fifth of a second: readings that come every 100 ms never come exactly so. */
const MEMORY_EVERY_MS = 190;
/** Smaller moves of the figures are noise to a person. */
const WORTH_TELLING_MIB = 8;

export function createViewers(options: ViewersOptions): Viewers {
  const { clock, state, answer } = options;
  const viewers = new Set<Viewer>();
  let pending: { clear(): void } | null = null;
  let memoryAtMs = -Infinity;
  let followed: MemoryFigures | null = null;
  let closed = false;

  const greeted = () => [...viewers].filter((viewer) => viewer.greeted);

  function broadcast(message: ToViewerMessage): void {
    const text = JSON.stringify(message);
    for (const { peer } of greeted()) peer.send(message, text);
  }

  function follow(): void {
    for (const { peer, asked } of greeted()) {
      for (const [tab, question] of asked) {
        const result = answer(question.settings);
        const text = JSON.stringify(result);
        if (text === question.answered) continue;
        question.answered = text;
        peer.send({ type: 'estimate', requestId: question.requestId, tab, result });
      }
    }
  }

  function tellState(): void {
    pending = null;
    if (viewers.size === 0) return;
    broadcast(state());
    follow();
    // That was with the figures of this moment, or with none where the source has failed.
    followed = null;
  }

  function onMessage(viewer: Viewer, message: ViewerMessage): void {
    const { peer } = viewer;
    if (message.type === 'hello') {
      if (message.protocol !== PROTOCOL_VERSION) {
        const text = `This page speaks version ${message.protocol} of the protocol, the sidecar version ${PROTOCOL_VERSION}: reload the page, and restart the WebUI if that does not help.`;
        peer.send({ type: 'error', reason: 'bad-message', message: text });
        return;
      }
      viewer.greeted = true;
      peer.send(state());
    } else if (!viewer.greeted) {
      peer.send({ type: 'error', reason: 'bad-message', message: 'The first message must be "hello".' });
    } else if (message.type === 'estimate') {
      const { requestId, tab, settings } = message;
      const result = answer(settings);
      viewer.asked.set(tab, { requestId, settings, answered: JSON.stringify(result) });
      peer.send({ type: 'estimate', requestId, tab, result });
    } else {
      options.onRequest(message, peer);
    }
  }

  return {
    add: (socket) => {
      const peer = createPeer<ViewerMessage, ToViewerMessage>({
        socket,
        schema: viewerMessageSchema,
        clock,
        log: options.log,
        kindOf: (message) => (message.type === 'estimate' ? `estimate ${message.tab}` : message.type),
        onMessage: (message) => onMessage(viewer, message),
        onClose: () => viewers.delete(viewer),
      });
      const viewer: Viewer = { peer, asked: new Map(), greeted: false };
      viewers.add(viewer);
    },
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
      follow();
    },
    broadcast,
    close: () => {
      // What is told afterwards would ask a store that is closed.
      closed = true;
      pending?.clear();
    },
  };
}

function moved(before: MemoryFigures, now: MemoryFigures): boolean {
  return (['totalMiB', 'webuiMiB', 'othersMiB', 'otherMiB'] as const).some((name) => {
    const [a, b] = [before[name], now[name]];
    return a === null || b === null ? a !== b : Math.abs(a - b) >= WORTH_TELLING_MIB;
  });
}
