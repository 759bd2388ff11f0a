/** Asks before a generation that will not fit. It can always be passed. */
import { element, setText } from '../dom.ts';
import { button } from '../button.ts';
import type { Offer } from '../readout/offers.ts';
import * as words from '../../service/words/index.ts';

export interface Warning {
  /** What will not fit, in words. */
  readonly text: string;
  readonly offers: readonly Offer[];
}

export interface Choices {
  readonly generate: () => void;
  readonly always: () => void;
  readonly never: () => void;
  /** Does what was offered, then generates. */
  readonly take: (offer: Offer) => void;
}

export class GenerateDialog {
  readonly root: HTMLDialogElement;
  readonly #text = element('p', { class: 'headroom-dialog-text' });
  readonly #offers = element('div', { class: 'headroom-dialog-buttons' });
  readonly #passes = element('div', { class: 'headroom-dialog-buttons' });

  constructor(id: string) {
    const title = element('p', { class: 'headroom-dialog-title', text: words.WILL_NOT_FIT_TITLE });
    title.id = id;
    this.root = element('dialog', { class: 'headroom-dialog', attributes: { 'aria-labelledby': id } }, [
      title,
      this.#text,
      this.#offers,
      this.#passes,
    ]);
  }

  ask({ text, offers }: Warning, choices: Choices): void {
    setText(this.#text, text);
    const closing = (act: () => void) => () => {
      this.root.close();
      act();
    };
    this.#offers.replaceChildren(
      ...offers.map((offer) =>
        button(
          'headroom-offer',
          words.andGenerate(offer.words),
          closing(() => choices.take(offer)),
          offer.about,
        ),
      ),
    );
    this.#passes.replaceChildren(
      button('headroom-offer', words.GENERATE_ANYWAY, closing(choices.generate)),
      button('headroom-offer', words.CANCEL, () => this.root.close()),
      button('headroom-link', words.ALWAYS_FOR_THESE, closing(choices.always)),
      button('headroom-link', words.NEVER_ASK, closing(choices.never), words.ABOUT_NEVER_ASK),
    );
    this.root.showModal();
  }
}
