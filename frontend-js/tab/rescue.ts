/** The tab's offer to rescue pictures like the one that was lost, done by a click. */
import * as words from '../../service/words/index.ts';
import { button } from '../button.ts';
import { element, setHidden, setText } from '../dom.ts';
import { icon, setIcon } from '../icons.ts';
import type { OptionDesk } from '../option-desk.ts';

const OPTION = 'headroom_rescue';

export class RescueOffer {
  readonly root: HTMLElement;
  readonly #desk: OptionDesk;
  readonly #told = element('span');
  readonly #take: HTMLButtonElement;
  readonly #undo: HTMLButtonElement;
  #offered = false;
  /** Switched on from here. */
  #taken = false;
  /** Why it could not be switched. */
  #why: string | null = null;

  constructor(desk: OptionDesk) {
    this.#desk = desk;
    this.#take = button('headroom-button', words.RESCUE_FROM_NOW_ON, () => void this.#switch(true));
    this.#undo = button('headroom-button', words.UNDO, () => void this.#switch(false), words.ABOUT_UNDO);
    const sign = icon();
    setIcon(sign, 'warning');
    this.root = element('div', { class: 'headroom-notice', attributes: { 'data-tone': 'close', role: 'status' } }, [
      sign,
      this.#told,
      this.#take,
      this.#undo,
    ]);
    this.#paint();
  }

  /** @param offered a picture was lost, and the option is off. */
  update(offered: boolean): void {
    if (!offered) this.#why = null;
    this.#offered = offered;
    this.#paint();
  }

  async #switch(on: boolean): Promise<void> {
    const result = await this.#desk.set(OPTION, on, on ? null : true);
    this.#why = result.ok ? null : words.optionNotSetInWords(result.reason);
    this.#taken = on && result.ok;
    this.#paint();
  }

  #paint(): void {
    setText(this.#told, this.#why ?? (this.#taken ? words.RESCUE_IS_ON : words.RESCUE_OFFER));
    setHidden(this.root, !this.#offered && !this.#taken && this.#why === null);
    setHidden(this.#take, this.#taken);
    setHidden(this.#undo, !this.#taken);
  }
}
