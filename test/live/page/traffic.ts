/** What the page and the sidecar said to each other, through the WebUI's own route. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EstimateResult, RequestedSettings } from '../../../service/protocol/estimate.ts';
import type { ToViewerMessage, ViewerMessage, ViewerState } from '../../../service/protocol/viewer.ts';

type Asked = Extract<ViewerMessage, { type: 'estimate' }>;
type Answered = Extract<ToViewerMessage, { type: 'estimate' }>;
export type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

const POLL_MS = 50;

export class Traffic {
  #state: ViewerState | null = null;
  #asked: Asked[] = [];
  #answered: Answered[] = [];

  sent(payload: string): void {
    const message = JSON.parse(payload) as ViewerMessage;
    if (message.type === 'estimate') this.#asked.push(message);
  }

  received(payload: string): void {
    const message = JSON.parse(payload) as ToViewerMessage;
    if (message.type === 'state') this.#state = message;
    if (message.type === 'benchmark' && this.#state !== null)
      this.#state = { ...this.#state, benchmark: message.benchmark };
    if (message.type === 'estimate') this.#answered.push(message);
  }

  get state(): ViewerState | null {
    return this.#state;
  }

  async waitForState(what: string, fits: (state: ViewerState) => boolean, limitMs: number): Promise<ViewerState> {
    return await poll(
      what,
      () => (this.#state !== null && fits(this.#state) ? this.#state : null),
      limitMs,
      () => JSON.stringify(this.#state?.benchmark ?? null),
    );
  }

  /** What the page asked last on this tab, with its answer; waits until that fits. */
  async waitForEstimate(
    tab: Asked['tab'],
    fits: (settings: RequestedSettings) => boolean,
    limitMs: number,
  ): Promise<{ settings: RequestedSettings; result: EstimateResult }> {
    const latest = () => this.#asked.filter((one) => one.tab === tab).at(-1);
    const look = () => {
      const asked = latest();
      if (asked === undefined || !fits(asked.settings)) return null;
      const answer = this.#answered
        .filter(({ requestId, tab: of }) => requestId === asked.requestId && of === tab)
        .at(-1);
      return answer === undefined ? null : { settings: asked.settings, result: answer.result };
    };
    return await poll(
      `an estimate on ${tab}`,
      look,
      limitMs,
      () => `the last one asked was ${JSON.stringify(latest()?.settings ?? null)}`,
    );
  }
}

/** Rejects with `what` and `said` where `look` gives nothing within `limitMs`. */
export async function poll<T>(
  what: string,
  look: () => T | null | Promise<T | null>,
  limitMs: number,
  said: () => string,
): Promise<T> {
  const deadlineMs = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadlineMs)
      throw new Error(`${what} did not come within ${Math.round(limitMs / 1000)} s; ${said()}`);
    await sleep(POLL_MS);
  }
}
