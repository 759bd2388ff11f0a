/** "Forget these runs", all of a key or the imported ones, which asks once before it does. */
import { element, setHidden, setText } from '../dom.ts';

const NAMES = {
  all: { ask: 'Forget these runs', which: 'made under this key' },
  imported: { ask: 'Forget imported runs', which: 'imported under this key' },
};

export class ForgetRuns {
  readonly #which: string;
  readonly root: HTMLElement;
  readonly #ask: HTMLButtonElement;
  readonly #question: HTMLElement;
  readonly #text = element('span');
  readonly #keep: HTMLButtonElement;

  constructor(what: 'all' | 'imported', onForget: () => void) {
    const { ask, which } = NAMES[what];
    this.#which = which;
    const button = (text: string, click: () => void) =>
      element('button', { class: 'headroom-button', text, attributes: { type: 'button' }, on: { click } });
    this.#ask = button(ask, () => this.#open(true));
    this.#keep = button('Keep them', () => this.#open(false));
    const forget = button('Forget', () => {
      this.#open(false);
      onForget();
    });
    this.#question = element(
      'span',
      { class: 'headroom-question', attributes: { role: 'group', 'aria-label': `${ask}?` } },
      [this.#text, forget, this.#keep],
    );
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && this.#open(false);
    this.root = element('div', { class: 'headroom-buttons', on: { keydown: onKey } }, [this.#ask, this.#question]);
    setHidden(this.#question, true);
  }

  update(runs: number, possible: boolean): void {
    setHidden(this.root, runs === 0);
    setText(
      this.#text,
      `Forget the ${runs} ${runs === 1 ? 'run' : 'runs'} ${this.#which}? They cannot be brought back.`,
    );
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
