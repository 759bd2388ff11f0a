/** The tab's part for curves: memory against image size, one operation at a time. */
import type { RequestedSettings } from '../../service/protocol/estimate.ts';
import type { Operation } from '../../service/protocol/settings.ts';
import type { ViewerMessage, ViewerState } from '../../service/protocol/viewer.ts';
import * as words from '../../service/words/index.ts';
import { setHidden } from '../dom.ts';
import type { Curves } from './curve-lines.ts';
import { CurvesPlot } from './curves-plot.ts';
import { LatestRequest } from './latest-request.ts';
import { operationChoice } from './operation-choice.ts';
import { part } from './part.ts';
import { watchShown } from './shown.ts';

export class CurvesPart {
  /** Hidden where no estimate can be: a line would say what does not hold. */
  readonly root: HTMLElement;
  readonly #send: (message: ViewerMessage) => void;
  readonly #settings: () => RequestedSettings | null;
  readonly #request = new LatestRequest();
  readonly #plot = new CurvesPlot();
  #operation: Operation = 'txt2img';
  #shown = false;
  /** What there may be new curves of; empty before anything is known. */
  #subject = '';
  /** That, and what of it was asked about. */
  #asked = '';

  /** @param settings those of txt2img as they stand; null while they make no sense. */
  constructor(send: (message: ViewerMessage) => void, settings: () => RequestedSettings | null) {
    this.#send = send;
    this.#settings = settings;
    const choose = (operation: Operation) => {
      this.#operation = operation;
      this.#ask();
    };
    this.root = part('curves', words.MEMORY_AGAINST_SIZE, [
      operationChoice('headroom_curves', this.#operation, choose),
      this.#plot.root,
    ]);
    watchShown(this.root, (shown) => {
      this.#shown = shown;
      this.#ask();
    });
  }

  /** `subject`: what there may be new curves of. */
  update(state: ViewerState, subject: string): void {
    setHidden(this.root, state.abilities?.estimate === false);
    this.#subject = subject;
    this.#ask();
  }

  /** After a break of the connection, the next state asks again. */
  forgetAsked(): void {
    this.#asked = '';
  }

  curves(curves: Curves): void {
    if (this.#request.isLatest(curves.requestId)) this.#plot.update(curves);
  }

  redraw(): void {
    this.#plot.redraw();
  }

  /** While it is on show, and once of the same: it takes the sidecar some hundred estimates. */
  #ask(): void {
    if (!this.#shown || this.#subject === '') return;
    const settings = this.#settings();
    const asked = JSON.stringify([this.#subject, this.#operation, settings]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#send({ type: 'curves', requestId: this.#request.next(), operation: this.#operation, settings });
  }
}
