import type { Clock } from '../base/clock.ts';
import { MAX_MESSAGES_PER_SECOND, PROTOCOL_VERSION } from '../protocol/limits.ts';
import type { EstimateResult, RequestedSettings } from '../protocol/estimate.ts';
import { viewerMessageSchema, type ToViewerMessage, type ViewerMessage, type ViewerState } from '../protocol/viewer.ts';
import { NO_HELLO, pageVersionInWords } from '../words/index.ts';
import { createPeer, type Peer, type Socket } from './peer.ts';

export type ViewerPeer = Peer<ToViewerMessage>;
type Request = Exclude<ViewerMessage, { type: 'hello' | 'estimate' | 'watch' }>;

export interface ViewerOptions {
  readonly clock: Clock;
  readonly state: () => ViewerState;
  readonly live: () => Extract<ToViewerMessage, { type: 'live' }>;
  readonly answer: (settings: RequestedSettings) => EstimateResult;
  readonly log: (text: string) => void;
  readonly onRequest: (request: Request, peer: ViewerPeer) => void;
}

/** The last question of a tab, which is answered again when the answer changes. */
interface Asked {
  readonly requestId: number;
  readonly settings: RequestedSettings;
  answered: string;
}

/** One page. */
export interface Viewer {
  readonly peer: ViewerPeer;
  readonly asked: Map<'txt2img' | 'img2img', Asked>;
  greeted: boolean;
  /** Shows memory as it moves. */
  watches: boolean;
}

export function createViewer(socket: Socket, options: ViewerOptions, onClose: (viewer: Viewer) => void): Viewer {
  const peer = createPeer<ViewerMessage, ToViewerMessage>({
    socket,
    schema: viewerMessageSchema,
    clock: options.clock,
    mostPerSecond: MAX_MESSAGES_PER_SECOND,
    log: options.log,
    kindOf,
    onMessage: (message) => onMessage(viewer, message, options),
    onClose: () => onClose(viewer),
  });
  const viewer: Viewer = { peer, asked: new Map(), greeted: false, watches: false };
  return viewer;
}

function onMessage(viewer: Viewer, message: ViewerMessage, options: ViewerOptions): void {
  const { peer } = viewer;
  const { state, live, answer, onRequest } = options;
  if (message.type === 'hello') {
    if (message.protocol !== PROTOCOL_VERSION) {
      const text = pageVersionInWords(message.protocol, PROTOCOL_VERSION);
      peer.send({ type: 'error', reason: 'bad-message', message: text });
      return;
    }
    viewer.greeted = true;
    peer.send(state());
  } else if (!viewer.greeted) {
    peer.send({ type: 'error', reason: 'bad-message', message: NO_HELLO });
  } else if (message.type === 'estimate') {
    const { requestId, tab, settings } = message;
    const result = answer(settings);
    viewer.asked.set(tab, { requestId, settings, answered: JSON.stringify(result) });
    peer.send({ type: 'estimate', requestId, tab, result });
  } else if (message.type === 'watch') {
    viewer.watches = message.shown;
    if (message.shown) peer.send(live());
  } else {
    onRequest(message, peer);
  }
}

/** Answers again what has another answer by now. */
export function follow({ peer, asked }: Viewer, answer: ViewerOptions['answer']): void {
  for (const [tab, question] of asked) {
    const result = answer(question.settings);
    const text = JSON.stringify(result);
    if (text === question.answered) continue;
    question.answered = text;
    peer.send({ type: 'estimate', requestId: question.requestId, tab, result });
  }
}

function kindOf(message: Parameters<ViewerPeer['send']>[0]): string {
  if (message.type === 'estimate') return `estimate ${message.tab}`;
  // What tells of runs is told once.
  if (message.type === 'live') return `live ${message.whole || message.runs !== null}`;
  return message.type === 'advice' ? `advice ${message.result.about}` : message.type;
}
