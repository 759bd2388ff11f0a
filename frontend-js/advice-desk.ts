/** Asks for advice on behalf of the page's parts: each hears of its newest question alone. */
import type { AdviceAbout, AdviceResult } from '../service/protocol/advice.ts';
import type { RequestedSettings } from '../service/protocol/estimate.ts';
import type { ToViewerMessage, ViewerMessage } from '../service/protocol/viewer.ts';

interface Asked {
  readonly requestId: number;
  readonly take: (result: AdviceResult) => void;
}

export class AdviceDesk {
  readonly #send: (message: ViewerMessage) => void;
  /** By who asks. */
  readonly #asked = new Map<string, Asked>();
  #requestId = 0;

  constructor(send: (message: ViewerMessage) => void) {
    this.#send = send;
  }

  /** @param take hears the answer, unless `who` has asked again by then, or the connection broke. */
  ask(who: string, about: AdviceAbout, settings: RequestedSettings, take: Asked['take']): void {
    this.#requestId += 1;
    this.#asked.set(who, { requestId: this.#requestId, take });
    this.#send({ type: 'advice', requestId: this.#requestId, about, settings });
  }

  accept({ requestId, result }: Extract<ToViewerMessage, { type: 'advice' }>): void {
    for (const [who, asked] of this.#asked) {
      if (asked.requestId !== requestId) continue;
      this.#asked.delete(who);
      asked.take(result);
    }
  }

  /** After a new connection: the sidecar on the other side does not know what was asked. */
  forget(): void {
    this.#asked.clear();
  }
}
