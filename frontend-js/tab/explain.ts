/**
 * The tab's part for errors, a pasted one and that of the last generation: what they say, and why there was no room.
 */
import * as words from '../../service/words/index.ts';
import type { ToViewerMessage, ViewerMessage } from '../../service/protocol/viewer.ts';
import { button } from '../button.ts';
import { element, setHidden } from '../dom.ts';
import type { RanOut } from '../ran-out.ts';
import { LatestRequest } from './latest-request.ts';
import { part } from './part.ts';
import { partWithError } from './part-with-error.ts';

export class ExplainPart {
  readonly root: HTMLElement;
  readonly #request = new LatestRequest();
  readonly #text = element('textarea', {
    class: 'headroom-error-text',
    attributes: { rows: '4', 'aria-label': words.ERROR_TEXT, placeholder: words.PASTE_AN_ERROR, spellcheck: 'false' },
  });
  readonly #answer = element('dl', { class: 'headroom-list headroom-explained' });
  readonly #last = element('dl', { class: 'headroom-list headroom-explained' });
  readonly #lastBox: HTMLElement;
  #shown = '';

  constructor(send: (message: ViewerMessage) => void) {
    const ask = () => {
      const text = partWithError(this.#text.value);
      send({ type: 'explain', requestId: this.#request.next(), text });
    };
    this.#lastBox = element('div', { class: 'headroom-last', attributes: { tabindex: '-1' } }, [
      element('h4', { text: words.LAST_GENERATION }),
      this.#last,
    ]);
    setHidden(this.#lastBox, true);
    this.root = part('explain', words.EXPLAIN, [
      this.#lastBox,
      this.#text,
      button('headroom-button', words.EXPLAIN_IT, ask),
      element('div', { attributes: { role: 'status' } }, [this.#answer]),
    ]);
  }

  explained({ requestId, result }: Extract<ToViewerMessage, { type: 'explain' }>): void {
    if (!this.#request.isLatest(requestId)) return;
    const lines = result.ok ? words.explainedInWords(result) : [[words.NO_ERROR_THERE, words.NOT_AN_ERROR] as const];
    this.#answer.replaceChildren(...pairs(lines));
  }

  /** Null where the last generation ran out of nothing. */
  ranOut(notice: RanOut | null): void {
    const lines = notice === null ? [] : words.ranOutLines(notice);
    const shown = JSON.stringify(lines);
    if (shown === this.#shown) return;
    this.#shown = shown;
    setHidden(this.#lastBox, notice === null);
    this.#last.replaceChildren(...pairs(lines));
  }

  /** On what the last generation ran out of, where it is there. */
  focus(): void {
    this.#lastBox.focus();
    this.root.scrollIntoView({ block: 'start' });
  }
}

function pairs(lines: readonly (readonly [string, string])[]): HTMLElement[] {
  return lines.flatMap(([head, told]) => [element('dt', { text: head }), element('dd', { text: told })]);
}
