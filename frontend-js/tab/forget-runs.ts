/** "Forget these runs", all of a key or the imported ones, which asks once before it does. */
import * as words from '../../service/words/index.ts';
import { button } from '../button.ts';
import { element, setHidden, setText } from '../dom.ts';

export class ForgetRuns {
  readonly #which: 'all' | 'imported';
  readonly root: HTMLElement;
  readonly #ask: HTMLButtonElement;
  readonly #question: HTMLElement;
  readonly #text = element('span');
  readonly #keep: HTMLButtonElement;

  constructor(which: 'all' | 'imported', onForget: () => void) {
    this.#which = which;
    this.#ask = button('headroom-button', words.forgetInWords(which), () => this.#open(true));
    this.#keep = button('headroom-button', words.KEEP_THEM, () => this.#open(false));
    const forget = button('headroom-button', words.FORGET, () => {
      this.#open(false);
      onForget();
    });
    this.#question = element(
      'span',
      { class: 'headroom-question', attributes: { role: 'group', 'aria-label': words.askToForget(which) } },
      [this.#text, forget, this.#keep],
    );
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && this.#open(false);
    this.root = element('div', { class: 'headroom-buttons', on: { keydown: onKey } }, [this.#ask, this.#question]);
    setHidden(this.#question, true);
  }

  update(runs: number, possible: boolean): void {
    setHidden(this.root, runs === 0);
    setText(this.#text, words.askToForget(this.#which, runs));
    this.#ask.disabled = !possible;
    if (!possible) this.#open(false);
  }

  #open(open: boolean): void {
    if (open === !this.#question.hidden) return;
    const focused = this.root.contains(document.activeElement);
    setHidden(this.#question, !open);
    setHidden(this.#ask, open);
    // The safe answer gets the focus; afterwards it goes back to where it was.
    if (focused) (open ? this.#keep : this.#ask).focus();
  }
}
