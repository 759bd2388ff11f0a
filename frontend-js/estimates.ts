/** Asks for an estimate whenever a tab's settings change, and tells the newest answer from an overtaken one. */
import type { Clock } from '../service/base/clock.ts';
import type { EstimateResult, RequestedSettings } from '../service/protocol/estimate.ts';
import type { ToViewerMessage, ViewerMessage } from '../service/protocol/viewer.ts';
import type { TabName } from './settings.ts';

/** Between two questions of one tab, so that dragging a slider stays below the sidecar's bound on messages a second. */
const LEAST_GAP_MS = 33;
/** Questions on their way at once. On a slow line more would only make a queue. */
const MAX_UNANSWERED = 3;
/** An answer that takes longer is not waited for. */
const ANSWER_WAIT_MS = 1000;
/** An answer for other settings is not shown for longer than this. */
const LATE_AFTER_MS = 2000;

type EstimateAnswer = Extract<ToViewerMessage, { type: 'estimate' }>;

interface Asked {
  settings: RequestedSettings;
  text: string;
  requestId: number;
}

export class EstimateRequests {
  readonly #tab: TabName;
  readonly #clock: Clock;
  readonly #send: (message: ViewerMessage) => void;
  #wanted: RequestedSettings | null = null;
  #asked: Asked | null = null;
  #nextId = 1;
  #answeredId = 0;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  /** Of the last answer, or of the first change since, if any. */
  #currentMs = Number.NEGATIVE_INFINITY;
  #timer: { clear(): void } | null = null;

  constructor(tab: TabName, clock: Clock, send: (message: ViewerMessage) => void) {
    this.#tab = tab;
    this.#clock = clock;
    this.#send = send;
  }

  /** The first change goes out at once, a burst of them at the least gap, always with the last one at its end. */
  want(settings: RequestedSettings): void {
    const wasPending = this.pending;
    this.#wanted = settings;
    if (this.pending && !wasPending) this.#currentMs = this.#clock.monotonicMs();
    if (this.#timer === null) this.#askWhenDue();
  }

  /** After a new connection: the sidecar on the other side does not know what was asked. */
  askAgain(): void {
    if (this.#wanted !== null) this.#ask();
  }

  /**
   * Null where the answer is another tab's, or a newer one has been taken already. The sidecar may answer again
   * unasked.
   */
  accept(answer: EstimateAnswer): EstimateResult | null {
    if (answer.tab !== this.#tab || answer.requestId < this.#answeredId) return null;
    this.#answeredId = answer.requestId;
    this.#currentMs = this.#clock.monotonicMs();
    if (this.#timer !== null) {
      this.#timer.clear();
      this.#timer = null;
      this.#askWhenDue();
    }
    return answer.result;
  }

  /** The answer for the settings last wanted is still to come. */
  get pending(): boolean {
    if (this.#wanted === null || this.#asked === null) return true;
    return this.#answeredId < this.#asked.requestId || JSON.stringify(this.#wanted) !== this.#asked.text;
  }

  /** Still to come, and what was answered last is too old to stand for it; after a new connection at once. */
  get late(): boolean {
    return this.pending && this.#clock.monotonicMs() - this.#currentMs > LATE_AFTER_MS;
  }

  #askWhenDue(): void {
    if (JSON.stringify(this.#wanted) === this.#asked?.text) return;
    const unanswered = this.#nextId - 1 - this.#answeredId;
    const gapMs = unanswered < MAX_UNANSWERED ? LEAST_GAP_MS : ANSWER_WAIT_MS;
    const waitMs = this.#lastSentMs + gapMs - this.#clock.monotonicMs();
    if (waitMs <= 0) {
      this.#ask();
      return;
    }
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null;
      this.#askWhenDue();
    }, waitMs);
  }

  #ask(): void {
    if (this.#wanted === null) return;
    const requestId = this.#nextId++;
    this.#asked = { settings: this.#wanted, text: JSON.stringify(this.#wanted), requestId };
    this.#lastSentMs = this.#clock.monotonicMs();
    this.#send({ type: 'estimate', requestId, tab: this.#tab, settings: this.#wanted });
  }
}
